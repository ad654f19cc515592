/**
 * Owns what a provider's metadata says of it (SAML metadata §2): reading the document, fetching it, comparing it with what
 * is pinned. Does not own whether any of it comes to count: that a person decides.
 */
export { compare } from "./compare.ts";
export { fetchMetadata } from "./fetch.ts";
export { readMetadata } from "./read.ts";
