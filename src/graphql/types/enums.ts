import { builder } from "../builder.ts";

export const ConnectionKind = builder.enumType("ConnectionKind", {
  values: {
    SCIM: { value: "scim" },
    KEYCLOAK: { value: "keycloak" },
    ZITADEL: { value: "zitadel" },
    SAML: { value: "saml" },
    OIDC: { value: "oidc" },
    SCIM_CLIENT: { value: "scim-client" },
  } as const,
});

export const OperatorRole = builder.enumType("OperatorRole", {
  values: {
    OWNER: { value: "owner" },
    ADMINISTRATOR: { value: "administrator" },
    REVIEWER: { value: "reviewer" },
    AUDITOR: { value: "auditor" },
    SERVICE: { value: "service" },
  } as const,
});

export const MappingState = builder.enumType("MappingState", {
  values: { DRAFT: { value: "draft" }, PUBLISHED: { value: "published" } } as const,
});
