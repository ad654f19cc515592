/** Owns the commands about plans: seeing what would happen, having it happen, taking it back. */
export { plan } from "./plan.ts";
export { preview } from "./preview.ts";
export { connectionPreview } from "./source.ts";
