/** Owns what tells whether the server works: liveness and readiness. */
export { live, ready } from "./routes.ts";
