/** One person now: what their source says, and all that follows, step by step. */
import { Effect } from "effect";
import type { Connection } from "../../../connectors/connector.ts";
import {
  type DirectoryUserId,
  InvalidValue,
  NotFound,
  NotSupported,
  type RunId,
} from "../../domain/index.ts";
import { type ConnectionRow, findPulledUsers, Store, type TenantTx } from "../../store/index.ts";
import { askForRun, openConnection, type Traced, traceAnswer } from "../../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { peopleCalled, withPatience } from "../connection/index.ts";
import { answering, askable } from "./answering.ts";

export interface TraceView extends Traced {
  /** The run that keeps what was read; null where it was only to be shown, or there is nobody to keep. */
  readonly runId: RunId | null;
}

const several = new InvalidValue({
  detail: "user: several people have this email. Give the userName or the id.",
});

/** The source's id of whom we know by userName, email or that very id. */
const knownId = Effect.fnUntraced(function* (tx: TenantTx, row: ConnectionRow, name: string) {
  const [byId] = yield* findPulledUsers(tx, row.id, [name]);
  if (byId !== undefined) return byId.sourceId;
  const [first, ...others] = yield* peopleCalled(tx, row, name);
  return others.length > 0 ? yield* several : first?.sourceId;
});

/** Whom we do not know yet is looked for there by name, where that can be asked; else the name is taken for an id. */
const idThere = Effect.fnUntraced(function* ({ target }: Connection, name: string) {
  if (target === undefined) return name;
  const [first, ...others] = yield* target.find({
    userName: name,
    ...(name.includes("@") ? { email: name } : {}),
  });
  return others.length > 0 ? yield* several : (first?.id ?? name);
});

const ask = (
  open: ReturnType<typeof openConnection>,
  slug: string,
  name: string,
  known: string | undefined,
) =>
  withPatience(
    Effect.scoped(
      Effect.flatMap(
        open,
        Effect.fnUntraced(function* (connection: Connection) {
          const { source } = connection;
          if (source === undefined) {
            return yield* new NotSupported({ detail: `Nobody can be read through ${slug}.` });
          }
          const id = known ?? (yield* idThere(connection, name));
          return { id, answer: yield* source.one(id) };
        }),
      ),
    ),
  ).pipe(Effect.catchTags(answering(slug, "person", name)));

const keep = (caller: Caller, target: Target, row: ConnectionRow, user: DirectoryUserId) =>
  inOrganization(caller, target, "sync:write", (tx) => askForRun(tx, row.id, user, caller.id));

/**
 * Reads one person now and tells what follows, in a transaction that cannot write; with `apply` a run is asked for that
 * keeps what their source says. `name`: userName, email or the source's id.
 */
export const tracePerson = Effect.fn("tracePerson")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  { name, apply }: { readonly name: string; readonly apply: boolean },
) {
  const organization = yield* organizationFor(caller, target, "sync:write");
  const { row, known } = yield* askable(caller, organization, slug, (tx, row) => knownId(tx, row, name));
  const { id, answer } = yield* ask(openConnection(organization.id, row.id), slug, name, known);
  if (known === undefined && answer._tag === "Gone") {
    const hint = "Neither the source nor we have somebody of this userName, email or id.";
    return yield* new NotFound({ kind: `person of ${slug}`, id: name.slice(0, 100), hint });
  }
  const store = yield* Store;
  const traced = yield* store.reading(organization.id, (tx) => traceAnswer(tx, row, id, answer));
  const { user } = traced;
  const run =
    apply && user !== null && row.enabled ? yield* keep(caller, organization, row, user) : undefined;
  return { ...traced, runId: run?.id ?? null } satisfies TraceView as TraceView;
});
