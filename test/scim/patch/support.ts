import { Result } from "effect";
import { applyPatch, type PatchFailure, parsePatch, patchUrn } from "../../../src/scim/patch/index.ts";
import { type Resource, type ResourceType, User } from "../../../src/scim/schema/index.ts";

export const core = "urn:ietf:params:scim:schemas:core:2.0:User";
export const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export const bodyOf = (...operations: readonly unknown[]) => ({
  schemas: [patchUrn],
  Operations: operations,
});

/** Reads and applies a body as the RFC has it, without any dialect. */
export const patch = (
  resource: Resource,
  body: unknown,
  type: ResourceType = User,
): Result.Result<Resource, PatchFailure> =>
  Result.flatMap(parsePatch(type, body), (operations) => applyPatch(type, resource, operations));

export const freeze = <A>(value: A): A => {
  if (typeof value === "object" && value !== null) for (const each of Object.values(value)) freeze(each);
  return Object.freeze(value);
};
