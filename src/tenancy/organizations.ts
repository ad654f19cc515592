import { Effect, Schema } from "effect";
import { Forbidden, InvalidValue, NotFound, Slug } from "../domain/index.ts";
import { createOrganization, findOrganization, listOrganizations } from "../store/index.ts";
import { atSystem, organizationFor } from "./access.ts";
import type { Caller } from "./caller.ts";
import { labelOf, slugOf } from "./input.ts";

/** Path segments of the SCIM addresses: a name like these would make an address mean two things. */
const reserved: ReadonlySet<string> = new Set(
  [
    ...["Users", "Groups", "Roles", "Entitlements", "Schemas", "ResourceTypes", "ServiceProviderConfig"],
    ...["Bulk", "Me", ".search", "v2"],
  ].map((name) => name.toLowerCase()),
);

const isSlug = Schema.is(Slug);

/** May a project, an environment or an organization stand in an address under this name? */
export const isAddressName = (text: string): boolean => isSlug(text) && !reserved.has(text);

const addressPart = Effect.fnUntraced(function* (field: string, text: string) {
  // Before the form, so that `Users` is told the true reason.
  if (!reserved.has(text.toLowerCase())) return yield* slugOf(field, text);
  return yield* new InvalidValue({
    detail: `${field}: ${text} is part of the SCIM addresses. Choose another name.`,
  });
});

/** The organizations that the caller may see. */
export const visibleOrganizations = (caller: Caller) =>
  atSystem(caller, "organization:read", (_, only) => listOrganizations(only));

/** One of them; undefined when it is unknown or not visible. */
export const visibleOrganization = (caller: Caller, slug: string) =>
  organizationFor(caller, slug, "organization:read").pipe(
    Effect.catchTag("NotFound", () => Effect.succeed(undefined)),
  );

interface Wanted {
  readonly slug: string;
  readonly name: string | null;
  readonly project: string;
  readonly environment: string;
}

/** Makes an organization. Only for operators who are bound to none. */
export const addOrganization = Effect.fn("addOrganization")(function* (caller: Caller, wanted: Wanted) {
  const slug = yield* addressPart("slug", wanted.slug);
  const checked = {
    slug,
    name: wanted.name === null ? slug : yield* labelOf("name", wanted.name),
    project: yield* addressPart("project", wanted.project),
    environment: yield* addressPart("environment", wanted.environment),
  };
  yield* atSystem(
    caller,
    "organization:write",
    Effect.fnUntraced(function* (origin, only) {
      if (only === null) return yield* createOrganization(checked, origin);
      return yield* new Forbidden({ detail: "Only operators of every organization make organizations." });
    }),
  );
  const made = yield* findOrganization(slug);
  return made ?? (yield* new NotFound({ kind: "organization", id: slug }));
});
