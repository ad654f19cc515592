/**
 * Owns people signing in: browsers, one-time handles, what applications fetch, the record of each login. Does not own
 * whether a reply is to be believed (connectors), nor what follows for roles (sync).
 */
export { applicationOf, applicationToken, claimOf, knownApplication } from "./exchange.ts";
export { inLine } from "./line.ts";
export type { BrowserFailure } from "./problem.ts";
export { verifyReply } from "./reply/index.ts";
export { loginRoutes } from "./routes.ts";
export { askForTrial } from "./trial/index.ts";
