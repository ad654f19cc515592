/**
 * Owns what operators decide about single people: roles they grant or keep from somebody. Does not own the catalogue
 * of roles, nor what all of it comes to for an account.
 */
export { type DecidedAnswer, excludeRole, grantRole, includeRole, revokeRole } from "./decide.ts";
export { eraseAccount } from "./erase.ts";
export { accountNamed } from "./find.ts";
export { type InvitedAnswer, invite, uninvite } from "./invite.ts";
export { type MergePlan, mergeTwo } from "./merge.ts";
export type { Outlook } from "./outlook.ts";
export { type SplitPlan, splitAccount } from "./split.ts";
export { resumeAccount, suspendAccount } from "./suspend.ts";
