/** How logins through a connection are taken, and what became of each. */
import { Effect } from "effect";
import {
  type ConnectionId,
  domainOf,
  InvalidValue,
  isUuid,
  type LoginEntrance,
  NotSupported,
} from "../../domain/index.ts";
import {
  type ConnectionRow,
  findLogin,
  listLoginDomains,
  listLogins,
  lockDomain,
  loginSettingsOf,
  recordEvent,
  setLoginDomains,
  setLoginSettings,
  type TenantTx,
} from "../../store/index.ts";
import { signInKinds } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { lockedConnection, namedConnection } from "../connection/index.ts";
import { countOf } from "../input.ts";

/** The connection, or NotSupported where people do not sign in through it. */
const signingIn = Effect.fnUntraced(function* (found: ConnectionRow) {
  if ((yield* signInKinds).has(found.kind)) return found;
  return yield* new NotSupported({
    detail: `Nobody signs in through connections of the kind ${found.kind}.`,
  });
});

export const loginConnection = (tx: TenantTx, slug: string) =>
  Effect.flatMap(namedConnection(tx, slug), signingIn);

/** Locked: what a change leaves as it is must be what it is then. */
const lockedLoginConnection = (tx: TenantTx, slug: string) =>
  Effect.flatMap(lockedConnection(tx, slug), signingIn);

const settingsOf = Effect.fnUntraced(function* (tx: TenantTx, id: ConnectionId) {
  const all = yield* listLoginDomains(tx);
  const domains = all.filter(({ connection }) => connection === id).map(({ name }) => name);
  return { ...(yield* loginSettingsOf(tx, id)), domains } satisfies LoginEntrance as LoginEntrance;
});

const invalid = (detail: string) => new InvalidValue({ detail: `domains: ${detail}` });

/** In the form they are kept in: each verified by this organization, and leading to no other connection. */
const domainsOf = Effect.fnUntraced(function* (tx: TenantTx, id: ConnectionId, given: ReadonlyArray<string>) {
  const names = given.map((text) => domainOf(text.trim()));
  const wrong = names.indexOf(undefined);
  if (wrong !== -1) return yield* invalid(`${given[wrong]?.slice(0, 100)} is no domain, such as acme.test.`);
  const wanted = [...new Set(names.flatMap((name) => name ?? []))].toSorted();
  const others = (yield* listLoginDomains(tx)).filter(({ connection }) => connection !== id);
  for (const name of wanted) {
    // Nobody gives it up meanwhile.
    const domain = yield* lockDomain(tx, name);
    if (domain?.verifiedAt == null) {
      return yield* invalid(`${name} is not verified. Verify it first: rolebridge domain add ${name}`);
    }
    const other = others.find((one) => one.name === name);
    if (other !== undefined)
      return yield* invalid(`${name} leads to ${other.slug}: take it away there first.`);
  }
  return wanted;
});

export const viewLoginSettings = (caller: Caller, target: Target, connection: string) =>
  inOrganization(
    caller,
    target,
    "login:read",
    Effect.fnUntraced(function* (tx) {
      const found = yield* namedConnection(tx, connection);
      return (yield* signInKinds).has(found.kind) ? yield* settingsOf(tx, found.id) : null;
    }),
  );

/** Takes effect with the next login. */
export const changeLoginSettings = (
  caller: Caller,
  target: Target,
  connection: string,
  change: Partial<LoginEntrance>,
) =>
  inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { id } = yield* lockedLoginConnection(tx, connection);
      const before = yield* settingsOf(tx, id);
      const domains =
        change.domains === undefined ? before.domains : yield* domainsOf(tx, id, change.domains);
      const settings: LoginEntrance = { ...before, ...change, domains };
      const { lapseDays } = settings;
      if (!Number.isInteger(lapseDays) || lapseDays < 1 || lapseDays > 400) {
        return yield* new InvalidValue({ detail: "lapseDays: use a whole number from 1 to 400." });
      }
      yield* setLoginSettings(tx, id, settings);
      if (change.domains !== undefined) yield* setLoginDomains(tx, id, domains);
      const subject = { kind: "connection", id };
      yield* recordEvent(tx, { type: "login.settings-changed", origin, subject, data: { ...settings } });
      return settings;
    }),
  );

/** The newest first; `before` is the id to go on from. */
export const visibleLogins = (caller: Caller, target: Target, first: number, before: string | null) =>
  inOrganization(
    caller,
    target,
    "login:read",
    Effect.fnUntraced(function* (tx) {
      const limit = yield* countOf("first", first);
      return yield* listLogins(tx, limit, before !== null && isUuid(before) ? before : undefined);
    }),
  );

/** One login by the reference that the person saw. */
export const visibleLogin = (caller: Caller, target: Target, id: string) =>
  inOrganization(caller, target, "login:read", (tx) =>
    isUuid(id) ? findLogin(tx, id) : Effect.succeed(undefined),
  );
