/**
 * A verified reply lets its person in, or not: in one transaction the reply is used, the person kept, their roles right and
 * the login recorded. Whichever way the reply came.
 */
import { Effect } from "effect";
import { type Check, LoginRefused, type Verified } from "../../connectors/connector.ts";
import type {
  AccountId,
  ApplicationId,
  ConnectionId,
  DirectoryUserId,
  JsonObject,
  LoginCheck,
  LoginId,
  OrganizationId,
  Origin,
  Throttled,
  Unavailable,
} from "../domain/index.ts";
import type { FailureLimit } from "../http/index.ts";
import {
  addLogin,
  findApplicationById,
  isEnabledStill,
  lockAccounts,
  loginSettingsOf,
  newId,
  recordEvent,
  Store,
  type TenantTx,
} from "../store/index.ts";
import { askWhoseLogin, NotWelcome, takeLogin } from "../sync/index.ts";
import type { NoLogin } from "./begin.ts";
import { isFirstUse } from "./once.ts";
import type { BrowserFailure } from "./problem.ts";

/** For whom and through what somebody comes, as it was when the reply came. */
export interface Arriving {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  /** The connection's. */
  readonly settings: JsonObject;
  /** `null`: a test, or nobody knows for which: it leads to none. */
  readonly application: ApplicationId | null;
  /** Where the browser is sent back to; undefined where the application itself brought the reply. */
  readonly returnTo: string | undefined;
  /** The id of the request that brought it. */
  readonly request: string;
  /**
   * Counts a reply that is refused, before the refusal is kept: replies can be made up, so what is kept of those is limited
   * by where they come from.
   */
  readonly countRefusal: Effect.Effect<void, Throttled, FailureLimit>;
}

/** The trace goes on from what the reply passed. */
export const failed = (before: ReadonlyArray<Check>, name: string, detail: string) =>
  new LoginRefused({ checks: [...before, { name, passed: false, detail }] });

const once = Effect.fnUntraced(function* (
  tx: TenantTx,
  { connection }: Arriving,
  { once: reply, checks }: Verified,
) {
  if (!(yield* isFirstUse(tx, connection, reply))) {
    return yield* failed(checks, "once", "The reply was used before.");
  }
});

const changed = new NotWelcome({
  check: "connection",
  detail: "The connection or the application was changed while the person signed in.",
});

/**
 * What held when the reply came must hold still: where the person is sent back to, and the connection. By other settings
 * the subject might be another person's.
 */
const mustHold = Effect.fnUntraced(function* (tx: TenantTx, arriving: Arriving) {
  const { connection, settings, returnTo } = arriving;
  if (arriving.application !== null) {
    const application = yield* findApplicationById(tx, arriving.application);
    if (application === undefined) return yield* changed;
    if (returnTo !== undefined && !application.returnAddresses.includes(returnTo)) return yield* changed;
  }
  if (!(yield* isEnabledStill(tx, connection, settings))) return yield* changed;
});

/** Whom a login let in. */
export interface Admitted {
  readonly login: LoginId;
  readonly account: AccountId;
  readonly user: DirectoryUserId;
}

/** Uses the reply, keeps the person, makes their roles right and records the login. */
export const letIn = Effect.fnUntraced(function* (
  tx: TenantTx,
  arriving: Arriving,
  verified: Verified,
  login: LoginId,
  origin: Origin,
) {
  const { connection, application } = arriving;
  yield* mustHold(tx, arriving);
  yield* once(tx, arriving, verified);
  const settings = yield* loginSettingsOf(tx, connection);
  const { user, account, missing } = yield* takeLogin(tx, { connection, settings, origin, verified });
  // Locked: whoever is deactivating it is done, or is so after this login, and ends it.
  const [state] = yield* lockAccounts(tx, [account]);
  if (state?.active !== true) {
    return yield* new NotWelcome({
      check: "active",
      detail: `The account is not active: ${state?.because}.`,
    });
  }
  const checks: ReadonlyArray<LoginCheck> = [
    ...verified.checks,
    { name: "groups", passed: true, detail: missing },
    { name: "welcome", passed: true, detail: null },
  ];
  const { session } = verified;
  const who = { connection, application, account, user };
  yield* addLogin(tx, { id: login, ...who, outcome: "accepted", checks, session });
  yield* recordEvent(tx, {
    type: "login.accepted",
    origin,
    subject: { kind: "account", id: account },
    data: { login },
  });
  return { login, account, user } satisfies Admitted;
});

const refuse = Effect.fnUntraced(function* (
  { organization, connection, application }: Arriving,
  id: LoginId,
  origin: Origin,
  checks: ReadonlyArray<Check>,
  maybe: NotWelcome["maybe"],
) {
  const store = yield* Store;
  yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const row = { id, connection, application, account: null, user: null };
      yield* addLogin(tx, { ...row, outcome: "refused", checks });
      const check = checks.at(-1)?.name ?? "unknown";
      const cause = yield* recordEvent(tx, {
        type: "login.refused",
        origin,
        subject: { kind: "login", id },
        data: { check },
      });
      if (maybe !== undefined) yield* askWhoseLogin(tx, maybe, origin, cause);
    }),
  );
});

/** Where refused, the reference leads whoever may see it to the trace. */
export type Outcome<A> =
  | { readonly _tag: "Accepted"; readonly value: A }
  | { readonly _tag: "Refused"; readonly reference: LoginId };

/** A reply being verified. */
export type Verifying<R> = Effect.Effect<Verified, LoginRefused | NoLogin | BrowserFailure, R>;

/**
 * Verifies a reply and lets its person in; `then` is done in the same transaction. Of one that is refused nothing is kept
 * but its trace.
 */
export const admit = Effect.fn("admit")(function* <A, R, R2>(
  arriving: Arriving,
  verifying: Verifying<R>,
  then: (tx: TenantTx, admitted: Admitted) => Effect.Effect<A, Unavailable | NotWelcome, R2>,
) {
  const store = yield* Store;
  const { organization, connection, request, countRefusal } = arriving;
  const id = newId<LoginId>();
  const origin: Origin = { actor: { kind: "login", id }, connection, request };
  let maybe: NotWelcome["maybe"];
  const taken = Effect.flatMap(verifying, (verified) =>
    store
      .tenant(organization, (tx) =>
        Effect.flatMap(letIn(tx, arriving, verified, id, origin), (admitted) => then(tx, admitted)),
      )
      .pipe(
        Effect.catchTag("NotWelcome", (failure) => {
          maybe = failure.maybe;
          // The trace goes on from what the reply passed to why the person may not come in.
          return Effect.fail(failed(verified.checks, failure.check, failure.detail));
        }),
      ),
  );
  return yield* taken.pipe(
    Effect.map((value): Outcome<A> => ({ _tag: "Accepted", value })),
    Effect.catchTag("LoginRefused", ({ checks }) =>
      countRefusal.pipe(
        Effect.andThen(Effect.suspend(() => refuse(arriving, id, origin, checks, maybe))),
        Effect.as<Outcome<A>>({ _tag: "Refused", reference: id }),
      ),
    ),
    // Replies may be made up for that: they are counted too, and nobody is told to wait for what is the provider's.
    Effect.tapErrorTag("ConnectorFailure", () => Effect.ignore(countRefusal)),
  );
});
