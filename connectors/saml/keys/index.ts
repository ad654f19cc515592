/**
 * Owns the key pairs of our own: making them, their states, the form they are kept in. Does not own what is signed or
 * decrypted with them.
 */
export { type Kept, keysIn, ownKeys, signingKeyIn } from "./kept.ts";
