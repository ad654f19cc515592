/**
 * Owns what an operator does with a provider's own description: the settings of a new connection read from it, how it
 * differs from what is pinned, and approving exactly that difference. What such a document says is its connector's matter.
 */
export { approveMetadata } from "./approve.ts";
export { compareMetadata, type MetadataDifference } from "./difference.ts";
export { describedSettings } from "./read.ts";
