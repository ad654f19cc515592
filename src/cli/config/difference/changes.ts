/** From what an organization has to what a document says, in an order in which each step finds what it needs. */
import { emptyMapping, type Mapping } from "../../../mapping/index.ts";
import type { Kind } from "../../server.ts";
import type { Configuration } from "../document.ts";
import { applicationChanges } from "./applications.ts";
import { ladderChanges, roleChanges, scopeChanges } from "./catalogue.ts";
import type { Change } from "./change.ts";
import { connectionChanges } from "./connections.ts";
import { guardChanges } from "./limits.ts";
import { mappingChanges } from "./mapping.ts";

export interface Wish {
  /** Remove roles, scopes and applications that are not in the document. */
  readonly prune: boolean;
  /** Put the mapping in force, not only draft it. */
  readonly publish: boolean;
  /** Send secrets again. */
  readonly secrets: boolean;
  /** Store connections without trying them. */
  readonly unchecked: boolean;
}

/**
 * Sections that `wanted` does not have are left alone. Roles and scopes go last: a mapping that is published before may
 * be the last that names them.
 */
export const changesTo = (
  wanted: Configuration,
  { now, draft }: { readonly now: Configuration; readonly draft: Mapping | undefined },
  wish: Wish,
  kinds: ReadonlyArray<Kind>,
): ReadonlyArray<Change> => {
  const roles = roleChanges({ before: now.roles ?? [], after: wanted.roles }, wish.prune);
  const scopes = scopeChanges({ before: now.scopes ?? [], after: wanted.scopes }, wish.prune);
  const inForce = now.mapping ?? emptyMapping;
  return [
    ...scopes.set,
    ...roles.set,
    ...ladderChanges({ before: now.ladders ?? [], after: wanted.ladders }),
    ...connectionChanges(now.connections ?? [], wanted.connections, { kinds, ...wish }),
    ...applicationChanges(now.applications ?? [], wanted.applications, wish.prune),
    ...guardChanges(now.guard ?? {}, wanted.guard),
    ...mappingChanges({ inForce, draft }, wanted.mapping, wish.publish),
    ...roles.removed,
    ...scopes.removed,
  ];
};
