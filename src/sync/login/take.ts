/**
 * What a verified reply says of one person, kept and turned into roles in the transaction that records the login. The
 * same directory, correlation and reconcile as for every other source.
 */
import { Clock, Effect } from "effect";
import type { ToldGroups, UserFact, Verified } from "../../../connectors/connector.ts";
import {
  type AccountId,
  type ConnectionId,
  type DirectoryUserId,
  type EventId,
  groupKinds,
  type LoginSettings,
  type Origin,
} from "../../domain/index.ts";
import {
  accountOfUser,
  believeUntil,
  changedNames,
  changeOf,
  findPulledUsers,
  insertPulledUsers,
  isFedByAnother,
  lockEmails,
  lockLoginUser,
  lockPeople,
  newId,
  newUserId,
  type PulledUser,
  personalOf,
  recordEvent,
  saidOf,
  type TenantTx,
  type UserState,
  updatePulledUsers,
} from "../../store/index.ts";
import { correlateEach } from "../correlate.ts";
import { useInvitations } from "../invitations.ts";
import { writerAtLogin } from "../ownership/index.ts";
import { soundUsers } from "../pull/index.ts";
import { reconcileUsers } from "../reconcile.ts";
import { claimsOf, mustNotBeInactive, NotWelcome, nobodyNew } from "./doubt.ts";
import { takeGroups } from "./groups.ts";
import { loginState } from "./state.ts";

export interface Arrival {
  readonly connection: ConnectionId;
  readonly settings: LoginSettings;
  readonly origin: Origin;
  readonly verified: Verified;
}

const sound = (fact: UserFact) => {
  const detail = soundUsers([fact]).failures[0]?.detail;
  return detail === undefined ? Effect.void : Effect.fail(new NotWelcome({ check: "person", detail }));
};

const subject = (id: DirectoryUserId) => ({ kind: "directory-user", id });

const insert = Effect.fnUntraced(function* (tx: TenantTx, arrival: Arrival, state: UserState) {
  const { connection, settings, origin, verified } = arrival;
  if (settings.provisioning === "never") return yield* nobodyNew(tx, arrival);
  const id = newUserId();
  const cause = newId<EventId>();
  const data = { active: true };
  yield* recordEvent(tx, {
    id: cause,
    type: "user.created",
    origin,
    subject: subject(id),
    data,
    personal: personalOf(state),
  });
  yield* insertPulledUsers(tx, connection, [{ id, sourceId: verified.user.id, state, cause }]);
  const newcomer = { user: id, keys: state, cause, claims: claimsOf(verified, state.emailKey) };
  const [joined] = yield* correlateEach(tx, connection, [newcomer], origin);
  const open = joined?.open ?? [];
  yield* mustNotBeInactive(tx, arrival, open);
  const link = yield* accountOfUser(tx, id);
  if (settings.provisioning === "update" && link?.via === "new") return yield* nobodyNew(tx, arrival, open);
  return { id, cause };
});

const update = Effect.fnUntraced(function* (
  tx: TenantTx,
  { origin, verified }: Arrival,
  before: PulledUser,
  state: UserState,
) {
  const attributes = changedNames(before.resource, state.resource);
  if (attributes.length === 0 && before.emailKey === state.emailKey)
    return { id: before.id, cause: undefined };
  const cause = yield* recordEvent(tx, {
    type: changeOf(before, state),
    origin,
    subject: subject(before.id),
    data: { attributes },
    personal: personalOf(state),
  });
  if (state.emailKey !== null && state.emailKey !== before.emailKey) yield* lockEmails(tx, [state.emailKey]);
  const invited = yield* updatePulledUsers(tx, [{ id: before.id, sourceId: verified.user.id, state, cause }]);
  if (invited.length > 0) {
    yield* useInvitations(tx, [{ user: before.id, emailKey: state.emailKey, cause }], origin);
  }
  return { id: before.id, cause };
});

const find = (tx: TenantTx, { connection, verified }: Arrival) =>
  Effect.map(findPulledUsers(tx, connection, [verified.user.id]), (found) => found[0]);

/** What a reply about one person leads to; `isOlder`: a newer one was taken before, and this one changes nothing. */
interface Taken {
  readonly id: DirectoryUserId;
  readonly cause: EventId | undefined;
  readonly isOlder?: true;
}

/** Their logins wait for each other, so that none is compared with what another one is just about to replace. */
const takeKnown = Effect.fnUntraced(function* (
  tx: TenantTx,
  arrival: Arrival,
  { id }: PulledUser,
  state: UserState,
) {
  yield* lockLoginUser(tx, id);
  const said = yield* saidOf(tx, id);
  if (said !== undefined && arrival.verified.at < said.getTime()) {
    return { id, cause: undefined, isOlder: true } satisfies Taken as Taken;
  }
  const now = yield* find(tx, arrival);
  return now === undefined ? undefined : yield* update(tx, arrival, now, state);
});

/** Only newcomers wait for each other: of two at once, the second finds the first. */
const takeUser = Effect.fnUntraced(function* (tx: TenantTx, arrival: Arrival) {
  const { verified } = arrival;
  yield* sound(verified.user);
  const state = loginState(arrival.connection, verified.user);
  const known = yield* find(tx, arrival);
  const taken: Taken | undefined =
    known === undefined ? undefined : yield* takeKnown(tx, arrival, known, state);
  if (taken !== undefined) return taken;
  yield* lockPeople(tx, arrival.connection);
  const meanwhile = yield* find(tx, arrival);
  const other: Taken | undefined =
    meanwhile === undefined ? undefined : yield* takeKnown(tx, arrival, meanwhile, state);
  return other ?? ((yield* insert(tx, arrival, state)) satisfies Taken as Taken);
});

export interface Arrived {
  readonly user: DirectoryUserId;
  readonly account: AccountId;
  /** What was not said of their groups, or not heard; `null`: all was. */
  readonly missing: string | null;
}

/** Groups that another connection of the same directory tells are not told by logins: not even those that were. */
const nothing: ToldGroups = { groups: [], complete: [...groupKinds], missing: null };

const older = "A newer reply of this person was taken before: what that one said stays.";

const told = (feeder: string) => `Groups are told by the connection ${feeder}.`;

/** The last line of invariant 2: such a connection is refused where it is added, enabled or written. */
const unheard = Effect.fnUntraced(function* (tx: TenantTx, connection: ConnectionId) {
  const writer = yield* writerAtLogin(tx, connection);
  if (writer === undefined) return undefined;
  const { slug, stands } = writer;
  return stands
    ? `No groups were taken: what the connection ${slug} wrote there still stands. Let it take that back, or hand it back to the source: rolebridge push drift ${slug} --all`
    : `No groups were taken: the connection ${slug} writes them there. Declare the two one directory.`;
});

/** Gives why not all of the groups were heard; `null`: all were. */
const keep = Effect.fnUntraced(function* (tx: TenantTx, arrival: Arrival, { id, cause }: Taken) {
  const { connection, settings, origin, verified } = arrival;
  const feeder = yield* isFedByAnother(tx, connection);
  const ignored = feeder === undefined ? yield* unheard(tx, connection) : told(feeder);
  const heard = yield* takeGroups(tx, arrival, id, ignored === undefined ? verified.groups : nothing);
  const missing = ignored ?? verified.groups.missing;
  const { renews } = heard;
  const saidAt = new Date(verified.at);
  yield* believeUntil(tx, { connection, user: id, days: settings.lapseDays, missing, renews, saidAt });
  const event = heard.event ?? cause;
  // Said of this very person: what they lose by it they lose at once.
  if (event !== undefined) yield* reconcileUsers(tx, [id], { event, origin, named: true });
  return missing;
});

/** A provider whose clock is ahead must not keep what it says later from counting. */
const notAhead = Effect.fnUntraced(function* (arrival: Arrival) {
  const { verified } = arrival;
  const at = Math.min(verified.at, yield* Clock.currentTimeMillis);
  return { ...arrival, verified: { ...verified, at } } satisfies Arrival as Arrival;
});

/**
 * Keeps what was said and gives the account, whose roles are right when this ends. Fails with NotWelcome where the
 * person may not come in; then nothing is to be kept.
 */
export const takeLogin = Effect.fn("takeLogin")(function* (tx: TenantTx, given: Arrival) {
  const arrival = yield* notAhead(given);
  const taken = yield* takeUser(tx, arrival);
  const missing = taken.isOlder === true ? older : yield* keep(tx, arrival, taken);
  const link = yield* accountOfUser(tx, taken.id);
  if (link === undefined) return yield* Effect.die(new Error("A directory user without an account."));
  return { user: taken.id, account: link.account, missing } satisfies Arrived;
});
