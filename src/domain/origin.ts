/**
 * Where a change comes from: who asked, through which connection, in which request. Goes into every event
 * (invariant 8, everything has a because).
 */
import type { ConnectionId } from "./id.ts";

export interface Actor {
  readonly kind: "scim-token" | "scim-client" | "environment-token" | "login" | "operator" | "run" | "system";
  /** The token's, the client's, the operator's or the run's id; null for the system itself. */
  readonly id: string | null;
}

export interface Origin {
  readonly actor: Actor;
  readonly connection: ConnectionId | null;
  /** The request's id, also in the answer's `X-Request-Id` header and in the log. */
  readonly request: string | null;
}

export const systemOrigin: Origin = { actor: { kind: "system", id: null }, connection: null, request: null };
