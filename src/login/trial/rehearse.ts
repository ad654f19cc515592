/**
 * All that a login does is done in a transaction that is rolled back, and what it came to is kept. Nothing that a person is
 * called is: names of groups and roles, and the id of an account that was there before.
 */
import { Data, Effect } from "effect";
import type { Verified } from "../../../connectors/connector.ts";
import type {
  AccountId,
  ConnectionId,
  JsonObject,
  LoginCheck,
  LoginId,
  LoginRole,
  LoginTest,
  OperatorId,
  OrganizationId,
} from "../../domain/index.ts";
import {
  accountOfUser,
  addLogin,
  findLogin,
  findPulledUsers,
  loadAssignments,
  lockOpenException,
  newId,
  recordEvent,
  Store,
  type TenantTx,
  viewAccounts,
} from "../../store/index.ts";
import type { NotWelcome } from "../../sync/index.ts";
import { type Arriving, failed, letIn, type Verifying } from "../admit.ts";

type Trial = Pick<Arriving, "organization" | "connection" | "settings" | "request">;

/** What a login came to before it was taken back. */
interface Played {
  readonly checks: ReadonlyArray<LoginCheck>;
  readonly account?: AccountId | undefined;
  /** Somebody here may be the same person: one of those, where it is for that that they do not come in. */
  readonly alike?: AccountId | "unsaid" | undefined;
  /** Undefined where they do not come in. */
  readonly roles?: ReadonlyArray<LoginRole>;
}

/** Rolls back what was done. */
class TakenBack extends Data.TaggedError("TakenBack")<{ readonly played: Played }> {}

const rolesOf = (tx: TenantTx, account: AccountId) =>
  Effect.map(loadAssignments(tx, [account]), (all) =>
    (all.get(account) ?? []).map(
      ({ role, scope }): LoginRole => ({ role, scope: scope === "" ? null : scope }),
    ),
  );

const accountOf = Effect.fnUntraced(function* (tx: TenantTx, connection: ConnectionId, said: Verified) {
  const [user] = yield* findPulledUsers(tx, connection, [said.user.id]);
  return user === undefined ? undefined : yield* accountOfUser(tx, user.id);
});

const alike: LoginCheck = {
  name: "alike",
  passed: true,
  detail:
    "Somebody here may be the same person. The login gives an account of its own, and an exception asks.",
};

const play = Effect.fnUntraced(function* (tx: TenantTx, trial: Trial, said: Verified, id: LoginId) {
  const { connection, request } = trial;
  const arriving = { ...trial, application: null, returnTo: undefined, countRefusal: Effect.void };
  const origin = { actor: { kind: "login" as const, id }, connection, request };
  const { account, user } = yield* letIn(tx, arriving, said, id, origin);
  const roles = yield* rolesOf(tx, account);
  const checks = (yield* findLogin(tx, id))?.checks ?? [];
  const asks = (yield* lockOpenException(tx, "ambiguous-correlation", user)) !== undefined;
  return {
    checks: asks ? [...checks, alike] : checks,
    account,
    roles,
    alike: asks ? "unsaid" : undefined,
  } satisfies Played as Played;
});

/** Where they are not welcome, whose account it would have been is looked at before it is taken back. */
const unwelcome = (tx: TenantTx, { connection }: Trial, said: Verified) =>
  Effect.fnUntraced(function* ({ check, detail, maybe }: NotWelcome) {
    const link = yield* accountOf(tx, connection, said);
    return {
      checks: failed(said.checks, check, detail).checks,
      account: link?.account,
      alike: maybe?.candidates[0]?.accountId,
    } satisfies Played as Played;
  });

const takenBack = (trial: Trial, said: Verified, id: LoginId) =>
  Effect.gen(function* () {
    const store = yield* Store;
    return yield* store.tenant(trial.organization, (tx) =>
      play(tx, trial, said, id).pipe(
        Effect.catchTag("NotWelcome", unwelcome(tx, trial, said)),
        Effect.flatMap((played) => Effect.fail(new TakenBack({ played }))),
      ),
    );
  }).pipe(Effect.catchTag("TakenBack", ({ played }) => Effect.succeed(played)));

const mostGroups = 200;

/** What is kept: roles before are those of now, as nothing was changed. */
const record = Effect.fnUntraced(function* (
  tx: TenantTx,
  { connection, request }: Trial,
  id: LoginId,
  asked: OperatorId | null,
  { checks, account, roles, alike: like }: Played,
  said: Verified | undefined,
) {
  const [known] = account === undefined ? [] : yield* viewAccounts(tx, [account]);
  const isLike = known === undefined && like !== undefined;
  const tested: LoginTest = {
    passed: roles !== undefined,
    person: said === undefined ? null : known !== undefined ? "known" : isLike ? "ambiguous" : "new",
    groups: said?.groups.groups.slice(0, mostGroups).map((group) => group.id) ?? null,
    rolesBefore: known === undefined ? [] : yield* rolesOf(tx, known.id),
    rolesAfter: roles ?? null,
  };
  const whose = known?.id ?? (like === undefined || like === "unsaid" ? null : like);
  const row = { id, connection, application: null, account: whose, user: null };
  yield* addLogin(tx, { ...row, outcome: "tested", checks, tested });
  const data: JsonObject = tested.passed ? {} : { check: checks.at(-1)?.name ?? "unknown" };
  yield* recordEvent(tx, {
    type: "login.tested",
    origin: { actor: { kind: "operator", id: asked }, connection, request },
    subject: { kind: "login", id },
    data,
  });
});

/** Gives the reference, by which whoever may see logins learns what it came to. `asked`: the operator. */
export const rehearse = Effect.fn("rehearse")(function* <R>(
  trial: Trial & { readonly organization: OrganizationId },
  asked: OperatorId | null,
  verifying: Verifying<R>,
) {
  const store = yield* Store;
  const id = newId<LoginId>();
  let said: Verified | undefined;
  const played = yield* verifying.pipe(
    Effect.tap((verified) =>
      Effect.sync(() => {
        said = verified;
      }),
    ),
    Effect.flatMap((verified) => takenBack(trial, verified, id)),
    Effect.catchTag("LoginRefused", ({ checks }) => Effect.succeed<Played>({ checks })),
  );
  yield* store.tenant(trial.organization, (tx) => record(tx, trial, id, asked, played, said));
  return id;
});
