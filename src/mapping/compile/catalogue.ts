import type { RoleKey } from "../../domain/index.ts";

/** What an organization says of its roles and scopes, as far as deciding needs to know it. */
export interface Catalogue {
  /** Roles of which only the highest counts, the lowest first. A role belongs to the first ladder that names it. */
  readonly ladders: ReadonlyArray<ReadonlyArray<RoleKey>>;
  /** Roles that no wildcard and no default may grant. */
  readonly reserved: ReadonlySet<RoleKey>;
  /** The scopes that a group's name may lead to. */
  readonly scopes: ReadonlySet<string>;
}

export const emptyCatalogue: Catalogue = { ladders: [], reserved: new Set(), scopes: new Set() };
