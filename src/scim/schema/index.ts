/**
 * Owns the one table of SCIM attributes and what follows from it alone: names, types, validation, projection and
 * the discovery documents. Does not own filters, PATCH, vendors' departures from the RFC, storage or HTTP.
 */

export { fold } from "../../domain/index.ts";
export { type Attribute, type AttributeType, maxValues, type Schema } from "./attribute.ts";
export {
  cursorTimeout,
  defaultCount,
  maxBulkBytes,
  maxBulkOperations,
  maxResults,
  type ProviderOptions,
  resourceTypeDocuments,
  schemaDocuments,
  serviceProviderConfig,
} from "./discovery.ts";
export {
  isJsonList,
  isJsonObject,
  isList,
  isObject,
  type Json,
  type JsonObject,
  pick,
  type Resource,
  type Unread,
} from "./json.ts";
export { userAttributes } from "./names.ts";
export { normaliseValue, type Origin } from "./normalise.ts";
export { childPath, isComputed, type ResolvedPath, resolvePath, resolveWithin } from "./path.ts";
export { type Projection, project } from "./project.ts";
export {
  attributesOf,
  coreTypes,
  extendedTypes,
  find,
  Group,
  type ResourceType,
  type ResourceTypes,
  Role,
  User,
} from "./resource-type.ts";
export { revalidate, validate } from "./validate.ts";
export { isDateTime, momentOf } from "./value.ts";
