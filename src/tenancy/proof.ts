/** The proof that roles follow from facts, for operators. */
import { Effect } from "effect";
import { proofState, Store } from "../store/index.ts";
import { verifyEveryone } from "../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "./access.ts";
import type { Caller } from "./caller.ts";

/** How far the rolling recomputation is, and what it has found so far. */
export const viewProof = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "event:read", (tx) => proofState(tx));

/** Recomputes everybody's roles from the facts, in a transaction that can write nothing. */
export const verifyRoles = Effect.fn("verifyRoles")(function* (caller: Caller, target: Target) {
  const organization = yield* organizationFor(caller, target, "event:read");
  const store = yield* Store;
  return yield* store.reading(organization.id, verifyEveryone);
});
