/**
 * Owns where the server may connect to on a tenant's word: which addresses are public, what the operator allowed
 * beyond them, whose certificates are trusted, how long and how large an answer may be. Knows no connector and no
 * vendor; what an answer means is theirs.
 */
export { Egress, type EgressOptions } from "./egress.ts";
export { Resolver } from "./resolver.ts";
