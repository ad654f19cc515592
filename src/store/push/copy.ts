/** Our copy of a directory after we wrote there: as a later reading will find it, so that it is no news. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, DirectoryUserId, EventId } from "../../domain/index.ts";
import { addLinks } from "../account/links.ts";
import { knownGroups } from "../directory/memberships.ts";
import { addMemberships, removeMemberships } from "../directory/pulled-groups.ts";
import {
  deletePulledUsers,
  findPulledUsers,
  insertPulledUsers,
  updatePulledUsers,
} from "../directory/pulled-users.ts";
import { changedNames, userState } from "../directory/state.ts";
import { newUserId } from "../directory/users.ts";
import { ahead } from "../engine/prepared.ts";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

/** Whoever adds people to the copy of this connection, reading or writing, waits for the other. */
export const lockPeople = (tx: TenantTx, connection: ConnectionId) =>
  run({
    execute: () =>
      sql`${sql.raw(ahead)}select pg_advisory_xact_lock(
        hashtextextended(${tx.organization} || '|people|' || ${connection}, 0))`.execute(tx.db),
  });

/** The connections that read this directory, in the order in which their people are locked. */
export const readersOf = (tx: TenantTx, identity: string) =>
  run(
    tx.db
      .selectFrom("sync_state")
      .select("connection_id as id")
      .where("organization_id", "=", tx.organization)
      .where("source_identity", "=", identity)
      .orderBy("connection_id")
      .$castTo<{ id: ConnectionId }>(),
  ).pipe(Effect.map((rows) => rows.map(({ id }) => id)));

/** Has the account somebody in this connection? */
export const isLinked = (tx: TenantTx, account: AccountId, connection: ConnectionId) =>
  first(
    tx.db
      .selectFrom("account_link")
      .select("user_id")
      .where("organization_id", "=", tx.organization)
      .where("account_id", "=", account)
      .where("connection_id", "=", connection),
  ).pipe(Effect.map((row) => row !== undefined));

/** A person as they are there now, and what of it is known to have changed. */
export interface CopyWrite {
  readonly account: AccountId;
  readonly connection: ConnectionId;
  readonly sourceId: string;
  /** As a reading tells it; null: only groups changed. */
  readonly resource: Parameters<typeof userState>[0] | null;
  /** Did we make them? Then they are the account's, also where nobody has read them yet. */
  readonly isOurs: boolean;
  readonly joined: ReadonlyArray<string>;
  readonly left: ReadonlyArray<string>;
  readonly cause: EventId;
}

const keep = Effect.fnUntraced(function* (tx: TenantTx, write: CopyWrite) {
  const { account, connection, sourceId, resource, isOurs, cause } = write;
  const [known] = yield* findPulledUsers(tx, connection, [sourceId]);
  if (resource === null) return known?.id;
  const state = userState({ ...resource, externalId: sourceId }, known?.active ?? true);
  if (known !== undefined) {
    const isOther = changedNames(known.resource, state.resource).length > 0;
    if (isOther) yield* updatePulledUsers(tx, [{ id: known.id, sourceId, state, cause }]);
    return known.id;
  }
  if (!isOurs || (yield* isLinked(tx, account, connection))) return undefined;
  const id: DirectoryUserId = newUserId();
  yield* insertPulledUsers(tx, connection, [{ id, sourceId, state, cause }]);
  yield* addLinks(tx, [{ user: id, account, connection, via: "push" }], "");
  return id;
});

/** Gives false where somebody is not in the copy at all: nobody has read them yet. */
export const writeCopy = Effect.fn("writeCopy")(function* (tx: TenantTx, write: CopyWrite) {
  const { connection, joined, left, cause } = write;
  const user = yield* keep(tx, write);
  if (user === undefined) return false;
  const groups = yield* knownGroups(tx, connection, [...joined, ...left]);
  const pairs = (of: ReadonlyArray<string>) =>
    groups.filter(({ sourceId }) => of.includes(sourceId)).map(({ id }) => ({ group: id, user, cause }));
  if (left.length > 0) yield* removeMemberships(tx, pairs(left));
  if (joined.length > 0) yield* addMemberships(tx, pairs(joined));
  return true;
});

/** Somebody whom we made and deleted. That they are gone says nothing about the account. */
export const dropCopy = Effect.fn("dropCopy")(function* (
  tx: TenantTx,
  connection: ConnectionId,
  sourceId: string,
) {
  const [known] = yield* findPulledUsers(tx, connection, [sourceId]);
  if (known === undefined) return;
  yield* run(
    tx.db
      .deleteFrom("account_link")
      .where("organization_id", "=", tx.organization)
      .where("user_id", "=", known.id),
  );
  yield* deletePulledUsers(tx, [known.id]);
});
