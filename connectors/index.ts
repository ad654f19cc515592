/**
 * The list of connectors: one line each. Owns the list and nothing else; the contract is in `connector.ts`.
 */
import type { Connector } from "./connector.ts";
import { keycloak } from "./keycloak/index.ts";
import { oidc } from "./oidc/index.ts";
import { saml } from "./saml/index.ts";

export * from "./connector.ts";

export const connectors: ReadonlyArray<Connector> = [keycloak, oidc, saml];
