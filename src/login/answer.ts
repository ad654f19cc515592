/** What an application is told of a person: who they are here, and their roles with scopes. Read at that moment. */
import { Effect } from "effect";
import type { AccountId, ApplicationId, DirectoryUserId, LoginId, OrganizationId } from "../domain/index.ts";
import {
  beginSession,
  findOrganizationById,
  findSession,
  loadAssignments,
  type TenantTx,
  viewAccounts,
} from "../store/index.ts";

/**
 * Undefined where the account is not active any more, is gone, or is no more that of `user`: by whom of the account's
 * people they signed in, and are called.
 */
const personOf = Effect.fnUntraced(function* (tx: TenantTx, account: AccountId, user: DirectoryUserId) {
  const [view] = yield* viewAccounts(tx, [account]);
  const person = view?.people.find(({ id }) => id === user);
  if (view?.active !== true || person === undefined) return undefined;
  const assignments = (yield* loadAssignments(tx, [view.id])).get(view.id) ?? [];
  return {
    subject: view.id,
    userName: person.userName,
    displayName: person.displayName,
    email: person.email,
    roles: assignments.map(({ role, scope }) => ({ role, scope: scope === "" ? null : scope })),
  };
});

/** A login that is fetched, by which its session begins. */
interface Fetched {
  readonly login: LoginId;
  readonly account: AccountId;
  readonly user: DirectoryUserId;
}

/** Begins the session and says whose it is. Undefined where the person may not come in any more. */
export const fetchedBy = Effect.fn("fetchedBy")(function* (
  tx: TenantTx,
  application: ApplicationId,
  { login, account, user }: Fetched,
) {
  const found = yield* personOf(tx, account, user);
  if (found === undefined) return undefined;
  yield* beginSession(tx, login);
  const session = yield* findSession(tx, login, application);
  // What would end the session is no beginning of one, be it over again or not.
  if (session === undefined || session.endedBecause !== null) return undefined;
  const expiresAt = session.until === null ? null : new Date(session.until).toISOString();
  return { ...found, expiresAt, login };
});

export const organizationOf = Effect.fnUntraced(function* (id: OrganizationId) {
  const found = yield* findOrganizationById(id);
  return { id, slug: found?.slug ?? "", name: found?.name ?? "" };
});
