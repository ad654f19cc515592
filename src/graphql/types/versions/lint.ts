import { Effect } from "effect";
import { NotFound } from "../../../domain/index.ts";
import type { Finding as FindingModel } from "../../../mapping/index.ts";
import { findMappingIn, type TenantTx } from "../../../store/index.ts";
import { lintDocument } from "../../../sync/index.ts";
import { inOrganization } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { FindingSeverity } from "../enums.ts";
import { Mapping } from "../mapping.ts";
import { Organization } from "../organization.ts";

const Finding = builder.objectRef<FindingModel>("Finding").implement({
  description: "What is most likely wrong with a mapping, and what to do about it.",
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    severity: t.expose("severity", { type: FindingSeverity }),
    kind: t.exposeString("kind"),
    rule: t.exposeString("rule", { nullable: true, description: "Null for what is about no single rule." }),
    position: t.exposeString("position", {
      description: "Where in the rule, or in the mapping: `when.all[0]`.",
    }),
    sentence: t.exposeString("sentence"),
  }),
});

interface LintModel {
  readonly version: number | null;
  readonly state: string | null;
  readonly findings: ReadonlyArray<FindingModel>;
}

const Lint = builder.objectRef<LintModel>("Lint").implement({
  authScopes: { permission: "mapping:read" },
  fields: (t) => ({
    version: t.exposeInt("version", { nullable: true, description: "Null for a document that was sent." }),
    state: t.exposeString("state", { nullable: true }),
    findings: t.expose("findings", { type: [Finding], description: "In the order of the rules." }),
  }),
});

const nothing = new NotFound({
  kind: "mapping",
  id: "of the organization",
  hint: "Send a document, or draft one.",
});

/** Of the document sent; else of the draft; else of what is in force. */
const lintOf = Effect.fnUntraced(function* (tx: TenantTx, document: unknown) {
  if (document !== undefined && document !== null)
    return { version: null, state: null, findings: (yield* lintDocument(tx, document)).findings };
  const found = (yield* findMappingIn(tx, "draft")) ?? (yield* findMappingIn(tx, "published"));
  if (found === undefined) return yield* nothing;
  const { version, state } = found;
  return { version, state, findings: (yield* lintDocument(tx, found.document)).findings };
});

builder.objectField(Organization, "mappingLint", (t) =>
  t.field({
    type: Lint,
    description: "What is likely wrong: with this document, else the draft, else the mapping in force.",
    authScopes: { permission: "mapping:read" },
    args: { document: t.arg({ type: "JSON" }) },
    resolve: (organization, { document }, { caller, run }) =>
      run(inOrganization(caller, organization, "mapping:read", (tx) => lintOf(tx, document))),
  }),
);

builder.objectField(Mapping, "findings", (t) =>
  t.field({
    type: [Finding],
    description: "What is likely wrong with it, held against what the organization has now.",
    authScopes: { permission: "mapping:read" },
    resolve: async ({ organization, document }, _args, { caller, run }) => {
      const { findings } = await run(
        inOrganization(caller, organization, "mapping:read", (tx) => lintDocument(tx, document)),
      );
      return [...findings];
    },
  }),
);
