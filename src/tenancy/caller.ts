import { Effect } from "effect";
import {
  type OperatorId,
  type OperatorRole,
  type OrganizationId,
  type Origin,
  Unauthenticated,
} from "../domain/index.ts";
import { findOperatorCredential } from "../store/index.ts";
import { bearerOf, noOrganization, parseToken, sameHash } from "./token.ts";

/** The operator on whose behalf something is done, in one request. */
export interface Caller {
  readonly id: OperatorId;
  readonly name: string;
  readonly role: OperatorRole;
  /** The only organization they may see; null: every organization. */
  readonly organizationId: OrganizationId | null;
  readonly request: string;
}

const refused = new Unauthenticated({
  detail: "Send a valid operator token in the Authorization header, as a bearer token.",
});

/**
 * Who sent this `Authorization` header. Malformed, unknown, expired, revoked, of a disabled operator: one answer
 * for all, so that it tells nothing.
 */
export const authenticateOperator = Effect.fn("authenticateOperator")(function* (
  header: string | undefined,
  request: string,
) {
  const token = parseToken("rbo", bearerOf(header) ?? "");
  if (token?.scope !== noOrganization) return yield* refused;
  const found = yield* findOperatorCredential(token.id);
  if (found === undefined || !sameHash(found.hash, token.hash)) return yield* refused;
  const { id, name, role, organizationId } = found;
  return { id, name, role, organizationId, request } satisfies Caller as Caller;
});

export const originOf = ({ id, request }: Caller): Origin => ({
  actor: { kind: "operator", id },
  connection: null,
  request,
});
