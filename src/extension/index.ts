/**
 * Owns the form of an organization's own SCIM schemas: what a declaration may say, how it is read, and what may
 * change while there are values. Pure. Does not own where declarations are kept (store), who may change them
 * (tenancy), or what requests make of them (scim).
 */
export { changeOf, type ExtensionChange, mustNotClash } from "./change.ts";
export { decodeExtension } from "./decode.ts";
export { maxAttributes, maxSchemas, maxUrn } from "./form.ts";
