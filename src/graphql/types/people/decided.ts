/** Grants and exclusions of roles: who has which by whose decision, until when and why. */
import { Effect } from "effect";
import {
  type DecidedKind,
  type DecidedRow,
  listDecided,
  operatorNames,
  type TenantTx,
  viewAccounts,
} from "../../../store/index.ts";
import {
  accountNamed,
  type Caller,
  countOf,
  type DecidedAnswer,
  excludeRole,
  grantRole,
  idOf,
  includeRole,
  inOrganization,
  revokeRole,
  type Target,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Account, type AccountModel, accountModels } from "../account.ts";
import { Organization } from "../organization.ts";

interface DecidedModel extends Omit<DecidedRow, "account"> {
  readonly account: AccountModel | null;
  readonly operator: string | null;
}

const RoleDecision = builder.objectRef<DecidedModel>("RoleDecision").implement({
  description: "A role that an operator granted to one account, or keeps from it.",
  authScopes: { oneOf: ["grant:read", "grant:write"] },
  fields: (t) => ({
    id: t.exposeID("id"),
    account: t.expose("account", { type: Account, nullable: true }),
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "What it is limited to; empty where it is not." }),
    reason: t.exposeString("reason", { description: "In the operator's words." }),
    operator: t.exposeString("operator", { nullable: true }),
    at: t.expose("at", { type: "DateTime" }),
    until: t.expose("until", { type: "DateTime", nullable: true }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
    invitationId: t.exposeID("invitation", {
      nullable: true,
      description: "Of a grant: the invitation it was before the person came.",
    }),
  }),
});

/** With the names of people and operators in place of their ids. */
const decidedModels = Effect.fnUntraced(function* (
  caller: Caller,
  organization: Target,
  permission: "grant:read" | "grant:write",
  rows: ReadonlyArray<DecidedRow>,
) {
  const ids = rows.map(({ account }) => account);
  const views = yield* inOrganization(caller, organization, permission, (tx) => viewAccounts(tx, ids));
  const accounts = new Map(accountModels(organization, views).map((account) => [account.id, account]));
  const names = yield* operatorNames(rows.flatMap(({ actorId }) => actorId ?? []));
  return rows.map(
    (row): DecidedModel => ({
      ...row,
      account: accounts.get(row.account) ?? null,
      operator: names.get(row.actorId ?? "") ?? null,
    }),
  );
});

interface Page {
  readonly items: ReadonlyArray<DecidedModel>;
  readonly next: string | null;
}

const RoleDecisionPage = builder.objectRef<Page>("RoleDecisionPage").implement({
  authScopes: { permission: "grant:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [RoleDecision] }),
    next: t.exposeID("next", { nullable: true, description: "What to give as `before` for the next page." }),
  }),
});

interface Wanted {
  readonly first: number;
  readonly before?: string | null | undefined;
  readonly account?: string | null | undefined;
  readonly role?: string | null | undefined;
  readonly ended: boolean;
}

const readPage = Effect.fnUntraced(function* (tx: TenantTx, kind: DecidedKind, wanted: Wanted) {
  const { first, before, account, role, ended } = wanted;
  const limit = yield* countOf("first", first);
  const rows = yield* listDecided(tx, kind, {
    limit: limit + 1,
    ended,
    ...(before ? { before: yield* idOf("before", before) } : {}),
    ...(account ? { accounts: [(yield* accountNamed(tx, account)).id] } : {}),
    ...(role ? { role } : {}),
  });
  const shown = rows.slice(0, limit);
  return { shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
});

const viewPage = Effect.fnUntraced(function* (
  caller: Caller,
  organization: Target,
  kind: DecidedKind,
  wanted: Wanted,
) {
  const { shown, next } = yield* inOrganization(caller, organization, "grant:read", (tx) =>
    readPage(tx, kind, wanted),
  );
  return {
    items: yield* decidedModels(caller, organization, "grant:read", shown),
    next,
  } satisfies Page as Page;
});

const listOf = (kind: DecidedKind, description: string) =>
  builder.objectField(Organization, `${kind}s`, (t) =>
    t.field({
      type: RoleDecisionPage,
      description,
      authScopes: { permission: "grant:read" },
      args: {
        first: t.arg.int({ required: true, defaultValue: 50 }),
        before: t.arg.id(),
        account: t.arg.string({ description: "Of this one only: id, email or userName." }),
        role: t.arg.string(),
        ended: t.arg.boolean({
          required: true,
          defaultValue: false,
          description: "Those that have ended too.",
        }),
      },
      resolve: (organization, args, { caller, run }) => run(viewPage(caller, organization, kind, args)),
    }),
  );

listOf("grant", "Roles that operators granted to single accounts, newest first, 1 to 500 at once.");
listOf("exclusion", "Roles that operators keep from single accounts, newest first, 1 to 500 at once.");

interface AnswerModel {
  readonly decision: DecidedModel | null;
  readonly changed: boolean;
}

const RoleDecided = builder.objectRef<AnswerModel>("RoleDecided").implement({
  authScopes: { permission: "grant:write" },
  fields: (t) => ({
    decision: t.expose("decision", { type: RoleDecision, nullable: true }),
    changed: t.exposeBoolean("changed", { description: "False where it was so already." }),
  }),
});

const answerModel = Effect.fnUntraced(function* (
  caller: Caller,
  organization: Target,
  { decided, changed }: DecidedAnswer,
) {
  const [decision] = yield* decidedModels(caller, organization, "grant:write", [decided]);
  return { decision: decision ?? null, changed } satisfies AnswerModel as AnswerModel;
});

const makes = { grantRole, excludeRole } as const;
const ends = { revokeRole, includeRole } as const;

const making = (name: keyof typeof makes, description: string) =>
  builder.mutationField(name, (t) =>
    t.field({
      type: RoleDecided,
      description,
      authScopes: { permission: "grant:write" },
      args: {
        organization: t.arg.string({ required: true }),
        role: t.arg.string({ required: true }),
        account: t.arg.string({ required: true, description: "Id, email or userName." }),
        reason: t.arg.string({ required: true }),
        scope: t.arg.string(),
        until: t.arg({ type: "DateTime" }),
        createScope: t.arg.boolean({ required: true, defaultValue: false }),
      },
      resolve: (_root, { organization, scope, until, ...named }, { caller, run }) =>
        run(
          Effect.flatMap(
            makes[name](caller, organization, { ...named, scope: scope ?? null, until: until ?? null }),
            (made) => answerModel(caller, organization, made),
          ),
        ),
    }),
  );

const ending = (name: keyof typeof ends, description: string) =>
  builder.mutationField(name, (t) =>
    t.field({
      type: RoleDecided,
      description,
      authScopes: { permission: "grant:write" },
      args: {
        organization: t.arg.string({ required: true }),
        role: t.arg.string({ required: true }),
        account: t.arg.string({ required: true, description: "Id, email or userName." }),
        reason: t.arg.string({ required: true }),
        scope: t.arg.string(),
      },
      resolve: (_root, { organization, scope, ...named }, { caller, run }) =>
        run(
          Effect.flatMap(ends[name](caller, organization, { ...named, scope: scope ?? null }), (made) =>
            answerModel(caller, organization, made),
          ),
        ),
    }),
  );

making("grantRole", "Gives one account the role, beside what rules give it. A reserved one: owners only.");
ending("revokeRole", "Ends the grant of the role in that scope. What rules give stays.");
making("excludeRole", "Keeps the role from one account, whatever gives it; without a scope, in none.");
ending("includeRole", "Ends the exclusion.");
