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

const marksOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  { id }: ConnectionRow,
  identity: string | null,
  account: AccountId | null,
  subject: string,
) {
  if (identity === null || account === null) return [];
  const intents = yield* livingIntents(tx, id, identity, [account]);
  return intents.filter((intent) => intent.subject === subject);
});

export const supposedPerson = Effect.fn("trace.person")(function* (
  tx: TenantTx,
  row: ConnectionRow,
  found: Found,
  whose: {
    readonly user: DirectoryUserId;
    readonly account: AccountId | null;
    readonly identity: string | null;
  },
) {
  const { id: sourceId, resource } = found.user;
  const state = userState({ ...resource, externalId: sourceId }, true);
  const groups = yield* groupsOf(tx, row, found);
  const marks = yield* marksOf(tx, row, whose.identity, whose.account, sourceId);
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
