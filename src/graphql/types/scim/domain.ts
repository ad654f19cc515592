import type { DomainRow } from "../../../store/index.ts";
import {
  claimDomain,
  type DomainCheck as DomainCheckModel,
  recordName,
  recordValue,
  removeDomain,
  verifyDomain,
  viewDomains,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { DomainOutcome } from "../enums.ts";
import { Organization } from "../organization.ts";

const Domain = builder.objectRef<DomainRow>("Domain").implement({
  description: "A domain that the organization claims. Verified, it is no other organization's.",
  authScopes: { permission: "connection:read" },
  fields: (t) => ({
    name: t.exposeString("name", { description: "In lower-case ASCII." }),
    recordName: t.string({ description: "Where its TXT record goes.", resolve: recordName }),
    recordValue: t.string({ description: "What that must say.", resolve: recordValue }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    verifiedAt: t.expose("verifiedAt", { type: "DateTime", nullable: true }),
  }),
});

const DomainCheck = builder.objectRef<DomainCheckModel>("DomainCheck").implement({
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    domain: t.expose("domain", { type: Domain }),
    outcome: t.expose("outcome", { type: DomainOutcome }),
    detail: t.exposeString("detail", { description: "The same in a sentence, with what to do about it." }),
  }),
});

builder.objectField(Organization, "domains", (t) =>
  t.field({
    type: [Domain],
    authScopes: { permission: "connection:read" },
    resolve: (organization, _args, { caller, run }) =>
      run(viewDomains(caller, organization)).then((rows) => [...rows]),
  }),
);

builder.mutationFields((t) => ({
  addDomain: t.field({
    type: Domain,
    description: "Claims a domain. It counts once it is verified.",
    authScopes: { permission: "connection:write" },
    args: { organization: t.arg.string({ required: true }), name: t.arg.string({ required: true }) },
    resolve: (_root, { organization, name }, { caller, run }) => run(claimDomain(caller, organization, name)),
  }),
  verifyDomain: t.field({
    type: DomainCheck,
    description:
      "Looks the domain's TXT record up. The first organization to verify a domain has it. What is verified stays so.",
    authScopes: { permission: "connection:write" },
    args: { organization: t.arg.string({ required: true }), name: t.arg.string({ required: true }) },
    resolve: (_root, { organization, name }, { caller, run }) =>
      run(verifyDomain(caller, organization, name)),
  }),
  removeDomain: t.field({
    type: Domain,
    description: "Gives a domain up.",
    authScopes: { permission: "connection:write" },
    args: { organization: t.arg.string({ required: true }), name: t.arg.string({ required: true }) },
    resolve: (_root, { organization, name }, { caller, run }) =>
      run(removeDomain(caller, organization, name)),
  }),
}));
