/**
 * Owns replies, whoever brings them: a browser that comes back, one that the provider sent by itself, a product. Does not
 * own what a verified reply leads to.
 */
export { finishReply } from "./unsolicited.ts";
export { verifyReply } from "./verify.ts";
