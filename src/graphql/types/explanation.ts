import { Clock, Effect } from "effect";
import { type Facts, fold, NotFound, RoleKey } from "../../domain/index.ts";
import { type CompiledMapping, nearMisses } from "../../mapping/index.ts";
import { findAccountsByName, knownRoles, loadFacts, type TenantTx } from "../../store/index.ts";
import { publishedMapping } from "../../sync/index.ts";
import { inOrganization, type Target } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Account, type AccountModel, accountModels } from "./account.ts";
import { Organization } from "./organization.ts";

interface NearMissModel {
  readonly rule: string;
  readonly connection: string;
  readonly blocked: string | null;
  readonly failed: ReadonlyArray<string>;
}

interface ExplanationModel {
  readonly account: AccountModel;
  readonly whyNot: ReadonlyArray<NearMissModel>;
}

const NearMiss = builder.objectRef<NearMissModel>("NearMiss").implement({
  description: "A rule that would grant the role, and what keeps it from applying to one directory user.",
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    rule: t.exposeString("rule"),
    connection: t.exposeString("connection"),
    blocked: t.exposeString("blocked", {
      nullable: true,
      description: "Why nothing that the connection says of the person counts at all.",
    }),
    // Where in the rule, and what kind of fact: its text is for those who may read the mapping.
    failed: t.stringList({ resolve: ({ failed }) => [...failed] }),
  }),
});

const Explanation = builder.objectRef<ExplanationModel>("Explanation").implement({
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    account: t.expose("account", { type: Account }),
    whyNot: t.expose("whyNot", { type: [NearMiss], description: "Empty unless it was asked for." }),
  }),
});

const missesIn = (
  facts: Facts,
  mapping: CompiledMapping,
  role: RoleKey,
  now: number,
): ReadonlyArray<NearMissModel> => {
  const slugs = new Map(facts.people.map(({ id, connection }) => [id, connection.slug]));
  return nearMisses(facts, mapping, role, now).map(({ rule, person, blocked, failed }) => ({
    rule,
    connection: slugs.get(person) ?? "",
    blocked,
    failed: failed.map(({ path, fact }) => `${path}: ${fact}`),
  }));
};

/** Near misses by account. A role that nobody made is said so: it would be missing for the dullest of reasons. */
const missesOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  accounts: ReadonlyArray<AccountModel>,
  whyNot: string,
) {
  const [role] = yield* knownRoles(tx, [whyNot]);
  if (role === undefined) return yield* new NotFound({ kind: "role", id: whyNot });
  const { mapping } = yield* publishedMapping(tx);
  const facts = yield* loadFacts(
    tx,
    accounts.map(({ id }) => id),
  );
  const now = yield* Clock.currentTimeMillis;
  return new Map(facts.map((one) => [one.account, missesIn(one, mapping, RoleKey.make(role.key), now)]));
});

const explain = Effect.fn("explain")(function* (
  tx: TenantTx,
  organization: Target,
  name: string,
  whyNot: string | null | undefined,
) {
  const accounts = accountModels(organization, yield* findAccountsByName(tx, fold(name.trim())));
  const misses = whyNot ? yield* missesOf(tx, accounts, whyNot) : new Map<string, never>();
  return accounts.map((account): ExplanationModel => ({ account, whyNot: misses.get(account.id) ?? [] }));
});

builder.objectField(Organization, "explain", (t) =>
  t.field({
    type: [Explanation],
    description:
      "By email or userName, in any case. Usually one; several where people are not joined; none when unknown.",
    authScopes: { permission: "account:read" },
    args: {
      name: t.arg.string({ required: true }),
      whyNot: t.arg.string({
        description: "A role's key: what keeps the rules that grant it from applying?",
      }),
    },
    resolve: (organization, { name, whyNot }, { caller, run }) =>
      run(
        inOrganization(caller, organization, "account:read", (tx) => explain(tx, organization, name, whyNot)),
      ),
  }),
);
