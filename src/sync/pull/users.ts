/** A page of people becomes directory users: the new ones are joined to accounts, the changed ones looked at again. */
import { Effect } from "effect";
import type { UserFact } from "../../../connectors/connector.ts";
import type { DirectoryUserId, EventId, Origin } from "../../domain/index.ts";
import {
  accountsWithCause,
  addLinks,
  addPending,
  changedNames,
  changeOf,
  findCreations,
  findPulledUsers,
  insertPulledUsers,
  isLinked,
  lockEmails,
  lockPeople,
  moveIntents,
  type NewEvent,
  newId,
  newUserId,
  type PulledUser,
  personalOf,
  type TenantTx,
  type UserWrite,
  updatePulledUsers,
  userState,
} from "../../store/index.ts";
import { correlateAll } from "../correlate.ts";
import { useInvitations } from "../invitations.ts";
import { isAsWritten } from "../profile.ts";
import { inRun, type Pull, takenBack, tell } from "./pull.ts";
import { isSoundId, soundUsers } from "./sound.ts";

/** A write with the event that says why, and whether somebody may lose by it. */
interface Change {
  readonly write: UserWrite;
  readonly event: Omit<NewEvent, "origin">;
  readonly loses: boolean;
  /** May it be another address than before? */
  readonly newEmail: boolean;
}

const subject = (id: DirectoryUserId) => ({ kind: "directory-user", id });

const addition = ({ id: sourceId, resource }: UserFact): Change => {
  const state = userState({ ...resource, externalId: sourceId }, true);
  const id = newUserId();
  const cause = newId<EventId>();
  const data = { active: state.active };
  const event = { id: cause, type: "user.created", subject: subject(id), data, personal: personalOf(state) };
  return { write: { id, sourceId, state, cause }, event, loses: false, newEmail: true };
};

/** Nothing where the source says what it said before. */
const alteration = (before: PulledUser, { id: sourceId, resource }: UserFact): ReadonlyArray<Change> => {
  const state = userState({ ...resource, externalId: sourceId }, before.active);
  const attributes = changedNames(before.resource, state.resource);
  if (attributes.length === 0) return [];
  const cause = newId<EventId>();
  const event = {
    id: cause,
    type: changeOf(before, state),
    subject: subject(before.id),
    data: { attributes },
    personal: personalOf(state),
  };
  const newEmail = attributes.includes("emails");
  return [{ write: { id: before.id, sourceId, state, cause }, event, loses: !state.active, newEmail }];
};

/** Of somebody whose news cannot be kept, one thing counts all the same: that they are no longer active. */
const ending = (before: PulledUser): ReadonlyArray<Change> =>
  alteration(before, { _tag: "User", id: before.sourceId, resource: { ...before.resource, active: false } });

const compare = (
  known: ReadonlyArray<PulledUser>,
  facts: ReadonlyArray<UserFact>,
  ended: ReadonlySet<string>,
) => {
  const before = new Map(known.map((user) => [user.sourceId, user]));
  const added: Array<Change> = [];
  const changed: Array<Change> = [];
  for (const fact of facts) {
    const user = before.get(fact.id);
    if (user === undefined) added.push(addition(fact));
    else changed.push(...alteration(user, fact));
  }
  for (const user of known) if (ended.has(user.sourceId)) changed.push(...ending(user));
  return { added, changed };
};

/** Those whom we are making there, or have made: they belong to the accounts we made them for, and take our mark. */
const joinOurs = Effect.fnUntraced(function* (tx: TenantTx, pull: Pull, added: ReadonlyArray<Change>) {
  if (pull.identity === null) return added;
  const people = added.map(({ write }) => ({
    sourceId: write.sourceId,
    userNameKey: write.state.userNameKey,
  }));
  const creations = yield* findCreations(tx, pull.identity, people);
  if (creations.length === 0) return added;
  const others: Array<Change> = [];
  for (const change of added) {
    const { id, sourceId, state } = change.write;
    const made = creations.find(
      ({ subject, object, after }) =>
        subject === sourceId ||
        (subject === "" && object === state.userNameKey && isAsWritten(state.resource, after)),
    );
    if (made === undefined || (yield* isLinked(tx, made.account, pull.connection))) {
      others.push(change);
      continue;
    }
    const { account, intent } = made;
    yield* addLinks(tx, [{ user: id, account, connection: pull.connection, via: "push" }], "");
    if (made.subject === "") yield* moveIntents(tx, [{ id: intent, state: "held", subject: sourceId }]);
    yield* addPending(tx, [{ id: account, cause: change.write.cause }], { loses: false });
  }
  return others;
});

const join = Effect.fnUntraced(function* (
  tx: TenantTx,
  pull: Pull,
  all: ReadonlyArray<Change>,
  origin: Origin,
) {
  const added = yield* joinOurs(tx, pull, all);
  const newcomers = added.map(({ write: { id, state, cause } }) => ({ user: id, keys: state, cause }));
  const accounts = yield* correlateAll(tx, pull.connection, newcomers, origin);
  const pending = accounts.flatMap((id, index) => {
    const cause = newcomers[index]?.cause;
    return cause === undefined ? [] : [{ id, cause }];
  });
  if (pending.length > 0) yield* addPending(tx, pending, { loses: false });
});

/**
 * Without those of whom we took something back since the reading began: what it tells may be older than that, and
 * would count as the source's own. The next reading tells.
 */
const unlessTakenBack = Effect.fnUntraced(function* (
  tx: TenantTx,
  pull: Pull,
  { added, changed }: ReturnType<typeof compare>,
) {
  const taken = yield* takenBack(
    tx,
    pull,
    [...added, ...changed].map(({ write }) => write.sourceId),
  );
  const people = new Set(taken.filter(({ fact }) => fact !== "membership").map(({ subject: of }) => of));
  const stays = ({ write }: Change) => !people.has(write.sourceId);
  return people.size === 0
    ? { added, changed }
    : { added: added.filter(stays), changed: changed.filter(stays) };
});

const lookAgain = Effect.fnUntraced(function* (tx: TenantTx, pull: Pull, changed: ReadonlyArray<Change>) {
  for (const loses of [true, false]) {
    const writes = changed.filter((change) => change.loses === loses).map(({ write }) => write);
    if (writes.length === 0) continue;
    const causes = writes.map(({ id, cause }) => ({ user: id, cause }));
    const named = loses && pull.named === true;
    yield* addPending(tx, yield* accountsWithCause(tx, causes), { loses, named });
  }
});

/** Whoever comes by an address that somebody is invited by has what they were invited to. */
const update = Effect.fnUntraced(function* (tx: TenantTx, changed: ReadonlyArray<Change>, origin: Origin) {
  const writes = changed.map(({ write }) => write);
  const emails = changed.flatMap(({ write, newEmail }) => (newEmail ? (write.state.emailKey ?? []) : []));
  if (emails.length > 0) yield* lockEmails(tx, emails);
  const invited = new Set(yield* updatePulledUsers(tx, writes));
  if (invited.size === 0) return;
  const arriving = writes
    .filter(({ id }) => invited.has(id))
    .map(({ id, state, cause }) => ({ user: id, emailKey: state.emailKey, cause }));
  yield* useInvitations(tx, arriving, origin);
});

/** Keeps what the source says about these people. What cannot be kept is listed, and its earlier facts stay. */
export const keepUsers = Effect.fn("keepUsers")(function* (pull: Pull, facts: ReadonlyArray<UserFact>) {
  const { sound, refused, failures } = soundUsers(facts);
  const kept = new Set(sound.map(({ id }) => id));
  const ended = new Set(
    refused
      .filter(({ id, resource }) => resource["active"] === false && isSoundId(id) && !kept.has(id))
      .map(({ id }) => id),
  );
  const counts = yield* inRun(
    pull,
    Effect.fnUntraced(function* (tx, origin) {
      yield* lockPeople(tx, pull.connection);
      const known = yield* findPulledUsers(tx, pull.connection, [...kept, ...ended]);
      const { added, changed } = yield* unlessTakenBack(tx, pull, compare(known, sound, ended));
      const all = [...added, ...changed];
      if (all.length > 0) {
        yield* tell(
          tx,
          pull,
          origin,
          all.map(({ event }) => event),
        );
        yield* insertPulledUsers(
          tx,
          pull.connection,
          added.map(({ write }) => write),
        );
        yield* update(tx, changed, origin);
        yield* join(tx, pull, added, origin);
        yield* lookAgain(tx, pull, changed);
      }
      return { added: added.length, changed: changed.length };
    }),
  );
  yield* pull.progress.add("users", { ...counts, failed: refused.length });
  yield* pull.progress.refuse(failures);
});
