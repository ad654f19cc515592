/** The proof that roles follow from facts. */
import type { ProofState } from "../../store/index.ts";
import type { Drift } from "../../sync/index.ts";
import { verifyRoles, viewProof } from "../../tenancy/index.ts";
import { builder } from "../builder.ts";
import { Organization } from "./organization.ts";

const Proof = builder.objectRef<ProofState>("Proof").implement({
  description: "How far the rolling recomputation of roles is, and what it has found.",
  authScopes: { permission: "event:read" },
  fields: (t) => ({
    accounts: t.exposeFloat("accounts", { description: "Looked at since the beginning." }),
    differences: t.exposeFloat("differences", {
      description: "How often something was found that nothing explains.",
    }),
    checkedAt: t.expose("checkedAt", { type: "DateTime", nullable: true }),
    roundAt: t.expose("roundAt", {
      type: "DateTime",
      nullable: true,
      description: "When everybody had been looked at last.",
    }),
  }),
});

const RoleDrift = builder.objectRef<Drift>("RoleDrift").implement({
  description: "An account whose roles do not follow from its facts, and nothing explains why.",
  authScopes: { permission: "event:read" },
  fields: (t) => ({
    account: t.exposeID("account"),
    missing: t.exposeStringList("missing"),
    unfounded: t.exposeStringList("unfounded"),
    otherReasons: t.exposeInt("otherReasons"),
    activity: t.exposeBoolean("activity", { description: "It is active, or not, in spite of the facts." }),
  }),
});

interface Verification {
  readonly accounts: number;
  readonly waiting: number;
  readonly unexplained: number;
  readonly drifts: ReadonlyArray<Drift>;
}

const VerificationType = builder.objectRef<Verification>("Verification").implement({
  authScopes: { permission: "event:read" },
  fields: (t) => ({
    accounts: t.exposeInt("accounts"),
    waiting: t.exposeInt("waiting", {
      description: "Differences that are listed elsewhere: for a job, for news, or for somebody's approval.",
    }),
    unexplained: t.exposeInt("unexplained"),
    drifts: t.expose("drifts", { type: [RoleDrift], description: "The first hundred." }),
  }),
});

builder.objectField(Organization, "proof", (t) =>
  t.field({
    type: Proof,
    authScopes: { permission: "event:read" },
    resolve: (organization, _args, { caller, run }) => run(viewProof(caller, organization)),
  }),
);

builder.mutationField("verifyRoles", (t) =>
  t.field({
    type: VerificationType,
    description: "Recomputes everybody's roles from the facts and compares. Changes nothing.",
    authScopes: { permission: "event:read" },
    args: { organization: t.arg.string({ required: true }) },
    resolve: (_root, { organization }, { caller, run }) => run(verifyRoles(caller, organization)),
  }),
);
