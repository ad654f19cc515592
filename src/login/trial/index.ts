/**
 * Owns logins that are tried out: an operator asks for an address, somebody signs in by it, all that a login does is done
 * and taken back, and what it came to is kept for whoever may see logins. Does not own what a login does.
 */
export { askForTrial } from "./ask.ts";
export { beginTrial } from "./begin.ts";
export { rehearse } from "./rehearse.ts";
