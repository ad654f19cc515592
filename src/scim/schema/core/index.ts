/** The schemas everyone has (RFC 7643 §4, draft-ietf-scim-roles-entitlements for roles). */
export { enterpriseSchema } from "./enterprise.ts";
export { groupSchema } from "./group.ts";
export { roleSchema } from "./role.ts";
export { userSchema } from "./user.ts";
