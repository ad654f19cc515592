/**
 * Who owns what outside: from roles to what is written for them, and by rules back to roles. Owns the graph, the search
 * for loops in it and the sentences about them. Pure; does not own when it is asked nor what a connection writes.
 */
export type { Echo, Landscape, Reader, SeenGroup, Writer } from "./known.ts";
export { type Hop, hops, type Loop, loops, type RoleNode } from "./loops.ts";
export { type OwnershipProblem, ownershipProblems } from "./problems.ts";
