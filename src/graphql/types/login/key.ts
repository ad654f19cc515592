import type { OwnKey } from "../../../../connectors/connector.ts";
import { changeLoginKeys, viewLoginKeys } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { LoginKeyState, LoginKeyStep } from "../enums.ts";
import { Organization } from "../organization.ts";

const LoginKey = builder.objectRef<OwnKey>("LoginKey").implement({
  description: "A key pair of our own, as its certificate shows it. The private key is never shown.",
  authScopes: { permission: "login:read" },
  fields: (t) => ({
    state: t.expose("state", { type: LoginKeyState }),
    fingerprint: t.exposeString("fingerprint", { description: "SHA-256, as hexadecimal digits." }),
    validFrom: t.field({ type: "DateTime", resolve: ({ validFrom }) => new Date(validFrom) }),
    validUntil: t.field({ type: "DateTime", resolve: ({ validUntil }) => new Date(validUntil) }),
    certificate: t.exposeString("certificate", { description: "PEM." }),
  }),
});

builder.objectFields(Organization, (t) => ({
  loginKeys: t.field({
    type: [LoginKey],
    description:
      "Of a SAML connection: what signs its requests and decrypts its replies. The current one first.",
    authScopes: { permission: "login:read" },
    args: { connection: t.arg.string({ required: true }) },
    resolve: async (organization, { connection }, { caller, run }) => [
      ...(await run(viewLoginKeys(caller, organization, connection))),
    ],
  }),
}));

builder.mutationFields((t) => ({
  changeLoginKeys: t.field({
    type: [LoginKey],
    description: "One step from one key to the next. Gives all there are afterwards.",
    authScopes: { permission: "login:write" },
    args: {
      organization: t.arg.string({ required: true }),
      connection: t.arg.string({ required: true }),
      step: t.arg({ type: LoginKeyStep, required: true }),
    },
    resolve: async (_root, { organization, connection, step }, { caller, run }) => [
      ...(await run(changeLoginKeys(caller, organization, connection, step))),
    ],
  }),
}));
