import { Clock, Effect } from "effect";
import { type Facts, fold, NotFound, RoleKey } from "../../../domain/index.ts";
import {
  type Change as ChangeOfFacts,
  type CompiledMapping,
  changeText,
  gainOf,
  lossOf,
  type Surroundings,
} from "../../../mapping/index.ts";
import { findAccountsByName, knownRoles, loadFacts, type TenantTx } from "../../../store/index.ts";
import { publishedMapping, surroundingsOf } from "../../../sync/index.ts";
import { inOrganization, type Target } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Account, type AccountModel, accountModels } from "../account.ts";
import { Organization } from "../organization.ts";

interface ChangeModel {
  readonly kind: string;
  readonly sentence: string;
}

const FactChange = builder.objectRef<ChangeModel>("FactChange").implement({
  description:
    "A fact that would have to be other than it is. Names only what the mapping names, and groups.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({ kind: t.exposeString("kind"), sentence: t.exposeString("sentence") }),
});

interface GainModel {
  readonly rule: string;
  readonly changes: ReadonlyArray<ChangeModel>;
  readonly isProven: boolean;
}

const RoleGain = builder.objectRef<GainModel>("RoleGain").implement({
  description: "Changes that together would give the role, as few as were found.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    rule: t.exposeString("rule", { description: "The rule that would give it." }),
    changes: t.expose("changes", { type: [FactChange] }),
    isProven: t.exposeBoolean("isProven", { description: "Is it certain that no smaller set would do?" }),
  }),
});

interface LossModel {
  readonly changes: ReadonlyArray<ChangeModel>;
  readonly rules: ReadonlyArray<string>;
  readonly byRules: number;
  readonly byReasons: number;
}

const RoleLoss = builder.objectRef<LossModel>("RoleLoss").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    changes: t.expose("changes", {
      type: [FactChange],
      description: "Each alone would take the role away.",
    }),
    rules: t.stringList({
      description: "Rules without any one of which the role would not be there.",
      resolve: ({ rules }) => [...rules],
    }),
    byRules: t.exposeInt("byRules", { description: "How many rules give it now." }),
    byReasons: t.exposeInt("byReasons", { description: "For how many reasons." }),
  }),
});

interface WhatIfModel {
  readonly account: AccountModel;
  readonly gain: GainModel | null;
  readonly loss: LossModel | null;
}

const WhatIf = builder.objectRef<WhatIfModel>("WhatIf").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    account: t.expose("account", { type: Account }),
    gain: t.expose("gain", {
      type: RoleGain,
      nullable: true,
      description: "Null where the role is there, or where no small set of changes was found.",
    }),
    loss: t.expose("loss", {
      type: RoleLoss,
      nullable: true,
      description: "Null where the role is not there.",
    }),
  }),
});

const modelOf = (change: ChangeOfFacts): ChangeModel => ({ kind: change.kind, sentence: changeText(change) });

const lossIn = (facts: Facts, mapping: CompiledMapping, role: RoleKey, now: number): LossModel | null => {
  const loss = lossOf(facts, mapping, role, now);
  return loss === null ? null : { ...loss, changes: loss.changes.map(modelOf) };
};

const gainIn = (
  facts: Facts,
  mapping: CompiledMapping,
  role: RoleKey,
  now: number,
  around: Surroundings,
): GainModel | null => {
  const gain = gainOf(facts, mapping, role, now, around);
  return gain === null ? null : { ...gain, changes: gain.changes.map(modelOf) };
};

const whatIf = Effect.fn("whatIf")(function* (
  tx: TenantTx,
  organization: Target,
  name: string,
  wanted: string,
) {
  const [known] = yield* knownRoles(tx, [wanted]);
  if (known === undefined) return yield* new NotFound({ kind: "role", id: wanted });
  const role = RoleKey.make(known.key);
  const accounts = accountModels(organization, yield* findAccountsByName(tx, fold(name.trim())));
  const { mapping } = yield* publishedMapping(tx);
  const around = yield* surroundingsOf(tx, role);
  const all = yield* loadFacts(
    tx,
    accounts.map(({ id }) => id),
  );
  const facts = new Map(all.map((one) => [one.account, one]));
  const now = yield* Clock.currentTimeMillis;
  return accounts.flatMap((account): ReadonlyArray<WhatIfModel> => {
    const of = facts.get(account.id);
    if (of === undefined) return [];
    const loss = lossIn(of, mapping, role, now);
    return [{ account, loss, gain: loss === null ? gainIn(of, mapping, role, now, around) : null }];
  });
});

builder.objectField(Organization, "whatIf", (t) =>
  t.field({
    type: [WhatIf],
    description:
      "What would give the role to whoever has this email or userName, or take it away, by the mapping in force.",
    authScopes: { permission: "mapping:read" },
    args: { name: t.arg.string({ required: true }), role: t.arg.string({ required: true }) },
    resolve: (organization, { name, role }, { caller, run }) =>
      run(inOrganization(caller, organization, "mapping:read", (tx) => whatIf(tx, organization, name, role))),
  }),
);
