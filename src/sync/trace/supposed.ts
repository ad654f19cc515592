/** The person as they would be kept: the source's answer as a fact, without what is ours of it. */
import { Effect } from "effect";
import type { Found } from "../../../connectors/connector.ts";
import {
  type AccountId,
  type DirectoryUserId,
  type EventId,
  type PersonFact,
  withoutOurs,
} from "../../domain/index.ts";
import {
  type ConnectionRow,
  findSyncState,
  listPulledGroups,
  livingIntents,
  newGroupId,
  type TenantTx,
  userState,
} from "../../store/index.ts";
import { soundGroups } from "../pull/index.ts";

/** The event that is not there yet. */
export const nobodyYet = "00000000-0000-7000-8000-000000000000" as EventId;

/** A group as it is or would be known here. */
const groupsOf = Effect.fnUntraced(function* (tx: TenantTx, { id }: ConnectionRow, found: Found) {
  const known = new Map((yield* listPulledGroups(tx, id)).map((group) => [group.sourceId, group]));
  const { sound } = soundGroups(found.groups);
  return sound.map(({ id: externalId, name, kind }) => ({
    id: known.get(externalId)?.id ?? newGroupId(),
    externalId,
    name,
    kind,
    cause: nobodyYet,
    isKnown: known.has(externalId),
  }));
});

/** What we wrote into the connection's directory for these accounts, and did not take back. */
export const marksOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  { id }: ConnectionRow,
  accounts: ReadonlyArray<AccountId>,
) {
  const identity = (yield* findSyncState(tx, id))?.sourceIdentity ?? null;
  return identity === null || accounts.length === 0 ? [] : yield* livingIntents(tx, id, identity, accounts);
});

export const supposedPerson = Effect.fn("trace.person")(function* (
  tx: TenantTx,
  row: ConnectionRow,
  found: Found,
  whose: {
    readonly user: DirectoryUserId;
    readonly account: AccountId | null;
  },
) {
  const { id: sourceId, resource } = found.user;
  const state = userState({ ...resource, externalId: sourceId }, true);
  const groups = yield* groupsOf(tx, row, found);
  const { account } = whose;
  const all = yield* marksOf(tx, row, account === null ? [] : [account]);
  const marks = all.filter(({ subject }) => subject === sourceId);
  const raw = {
    id: whose.user,
    connection: row,
    active: state.active,
    attributes: state.resource,
    groups: groups.map(({ isKnown: _, ...group }) => group),
    cause: nobodyYet,
  };
  const person: PersonFact = withoutOurs(raw, marks);
  return { person, groups, marks };
});
