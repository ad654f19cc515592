/**
 * Owns what applications ask without a browser: the roles of an account, whether it may do something, whether a session
 * goes on, a sign-in by a reply of their own, and the document that describes these addresses. Does not own who has which
 * role (sync), nor applications, their secrets and who may come in (login).
 */
export { restRoutes } from "./routes.ts";
