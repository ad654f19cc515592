/**
 * Owns inbound SCIM 2.0: addresses, authentication, Users and Groups, filters, PATCH, discovery,
 * errors. Does not own what a changed fact leads to (sync) or how it is kept (store).
 */

export { AddressForms } from "./access/index.ts";
export { TypesCache } from "./profile.ts";
export { journeyOf } from "./recording/index.ts";
export { scimRoutes } from "./routes.ts";
export { userAttributes } from "./schema/index.ts";
