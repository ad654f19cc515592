/** Owns what operators do about logins: applications, how a connection takes logins, traces. */
export {
  changeApplication,
  createApplication,
  deleteApplication,
  rotateApplication,
  visibleApplications,
} from "./applications.ts";
export { changeLoginKeys, viewLoginKeys } from "./keys.ts";
export {
  changeLoginSettings,
  loginConnection,
  viewLoginSettings,
  visibleLogin,
  visibleLogins,
} from "./logins.ts";
