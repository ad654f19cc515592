/** In whose turn a SCIM credential is checked. */
import type { Claim } from "../../http/index.ts";
import type { ClaimedToken } from "./authenticate.ts";

export const claimOf = (token: ClaimedToken): Claim => ({
  lane: token.kind === "environment-token" ? `environment ${token.environment}` : token.scope,
  key: `${token.kind} ${token.id} ${token.hash}`,
});
