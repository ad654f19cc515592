/** What we keep and a complete snapshot did not show. Suspected, not believed: each is asked for by its id. */
import { Effect, Option, Stream } from "effect";
import type { DirectoryGroupId, DirectoryUserId, GroupKind } from "../../domain/index.ts";
import { listPulledUsers, type PulledMember } from "../../store/index.ts";
import type { KnownGroup } from "./groups.ts";
import { inRun, type Pull } from "./pull.ts";

export interface SuspectUser {
  readonly _tag: "User";
  readonly id: DirectoryUserId;
  readonly sourceId: string;
}
export interface SuspectGroup {
  readonly _tag: "Group";
  readonly id: DirectoryGroupId;
  readonly sourceId: string;
  readonly kind: GroupKind;
}
/** Groups that one person seems to have left. */
export interface SuspectMemberships {
  readonly _tag: "Memberships";
  readonly user: DirectoryUserId;
  readonly sourceId: string;
  readonly groups: ReadonlyArray<Omit<SuspectGroup, "_tag">>;
}
export type Suspected = SuspectUser | SuspectGroup | SuspectMemberships;

const pageSize = 5_000;
/** Before every id. */
const first = "00000000-0000-0000-0000-000000000000";

/** The people whom the source did not list, page by page of all we keep. */
export const suspectUsers = (pull: Pull, seen: ReadonlySet<string>) => {
  const page = Effect.fnUntraced(function* (after: string) {
    const rows = yield* inRun(pull, (tx) => listPulledUsers(tx, pull.connection, pageSize, after));
    const missing = rows
      .filter(({ sourceId }) => !seen.has(sourceId))
      .map(({ id, sourceId }): SuspectUser => ({ _tag: "User", id, sourceId }));
    const last = rows.length < pageSize ? undefined : rows.at(-1);
    return [missing, last === undefined ? Option.none<string>() : Option.some<string>(last.id)] as const;
  });
  return Stream.paginate(first, page);
};

export const suspectGroups = (
  known: ReadonlyMap<string, KnownGroup>,
  seen: ReadonlySet<string>,
): ReadonlyArray<SuspectGroup> =>
  [...known]
    .filter(([sourceId]) => !seen.has(sourceId))
    .map(([sourceId, { id, kind }]) => ({ _tag: "Group", id, sourceId, kind }));

/** Missing memberships by person, so that one question serves for all that one person seems to have left. */
export const suspectMemberships = (
  missing: ReadonlyArray<PulledMember>,
  groups: ReadonlyMap<DirectoryGroupId, Omit<SuspectGroup, "_tag">>,
): ReadonlyArray<SuspectMemberships> =>
  [...Map.groupBy(missing, ({ userId }) => userId)].map(([user, left]) => ({
    _tag: "Memberships",
    user,
    sourceId: left[0]?.sourceId ?? "",
    groups: left.flatMap(({ groupId }) => groups.get(groupId) ?? []),
  }));
