/** One group now, with those nested in it: what its source says, and all that follows, step by step. */
import { Effect } from "effect";
import type { GroupFact } from "../../../connectors/connector.ts";
import {
  type DirectoryGroupId,
  fold,
  InvalidValue,
  NotFound,
  NotSupported,
  type RunId,
} from "../../domain/index.ts";
import { type ConnectionRow, listPulledGroups, Store, type TenantTx } from "../../store/index.ts";
import { askForGroup, type GroupTraced, openConnection, traceBranch } from "../../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { withPatience } from "../connection/index.ts";
import { answering, askable } from "./answering.ts";

export interface GroupTraceView extends GroupTraced {
  /** The run that keeps what was read; null where it was only to be shown, or we do not know the group. */
  readonly runId: RunId | null;
}

type Wanted = Pick<GroupFact, "id" | "kind">;

const several = new InvalidValue({
  detail: "group: several groups or roles are called so. Give the source's id, as `group list` shows it.",
});

/** The one we know by this id, ours or the source's, or by this name; whom we do not know may be one's id there. */
const wantedGroup = Effect.fnUntraced(function* (tx: TenantTx, { id }: ConnectionRow, name: string) {
  const groups = yield* listPulledGroups(tx, id);
  const known = groups.find((group) => group.sourceId === name || group.id === name);
  if (known !== undefined) return { known: true, id: known.sourceId, kind: known.kind };
  const [first, ...others] = groups.filter((group) => fold(group.name) === fold(name));
  if (others.length > 0) return yield* several;
  return first === undefined
    ? { known: false, id: name, kind: "group" as const }
    : { known: true, id: first.sourceId, kind: first.kind };
});

const ask = (open: ReturnType<typeof openConnection>, slug: string, { id, kind }: Wanted) =>
  withPatience(
    Effect.scoped(
      Effect.flatMap(
        open,
        Effect.fnUntraced(function* ({ source }) {
          if (source?.branch !== undefined) return yield* source.branch(id, kind);
          return yield* new NotSupported({ detail: `${slug} cannot be asked for one group.` });
        }),
      ),
    ),
  ).pipe(Effect.catchTags(answering(slug, "group", id)));

const keep = (caller: Caller, target: Target, row: ConnectionRow, group: DirectoryGroupId) =>
  inOrganization(caller, target, "sync:write", (tx) => askForGroup(tx, row.id, group, caller.id));

/**
 * Reads one group now and tells what follows, in a transaction that cannot write; with `apply` a run is asked for that
 * keeps what its source says. `name`: the group's name or id.
 */
export const traceGroup = Effect.fn("traceGroup")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  { name, apply }: { readonly name: string; readonly apply: boolean },
) {
  const organization = yield* organizationFor(caller, target, "sync:write");
  const { row, known: wanted } = yield* askable(caller, organization, slug, (tx, row) =>
    wantedGroup(tx, row, name),
  );
  const answer = yield* ask(openConnection(organization.id, row.id), slug, wanted);
  if (!wanted.known && answer._tag === "Gone") {
    const hint = "Neither the source nor we have a group of this name or id.";
    return yield* new NotFound({ kind: `group of ${slug}`, id: name.slice(0, 100), hint });
  }
  const store = yield* Store;
  const traced = yield* store.reading(organization.id, (tx) => traceBranch(tx, row, wanted.id, answer));
  const { group } = traced;
  const run =
    apply && group !== null && row.enabled ? yield* keep(caller, organization, row, group) : undefined;
  return { ...traced, runId: run?.id ?? null } satisfies GroupTraceView as GroupTraceView;
});
