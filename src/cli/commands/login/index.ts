/** Owns the commands about people signing in. */
export { application } from "./application.ts";
export { login } from "./login.ts";
