/** Owns what a provider says by itself of people who left it: the address where it says so, and the logins it ends. */
export { logoutRoute } from "./routes.ts";
