/** Role ladders: in each, and in each scope, only the highest role counts. */
import type { DesiredRole, RoleKey } from "../domain/index.ts";
import type { Rung } from "./compile/index.ts";
import type { Given } from "./grant.ts";
import { tidyReasons } from "./order.ts";

/** A role that does not count because `by`, higher on its ladder, is there in the same scope. Its reasons stay. */
export interface OutrankedRole extends DesiredRole {
  readonly by: RoleKey;
}

/** The highest of each ladder by its number. */
type Tops = Array<Given>;

/** The highest role of each ladder in each scope. */
class Highest {
  readonly #unscoped: Tops = [];
  #scoped: Map<string, Tops> | null = null;

  #in(scope: string): Tops {
    if (scope === "") return this.#unscoped;
    this.#scoped ??= new Map();
    const tops = this.#scoped.get(scope) ?? [];
    if (tops.length === 0) this.#scoped.set(scope, tops);
    return tops;
  }

  add(given: Given, { ladder, rank }: Rung): void {
    const tops = this.#in(given.grant.scope);
    const best = tops[ladder]?.grant.rung;
    if (best === undefined || best === null || rank > best.rank) tops[ladder] = given;
  }

  /** Who outranks the role; `null` where nobody does. */
  above({ role, scope, rung }: Given["grant"]): RoleKey | null {
    if (rung === null) return null;
    const by = this.#in(scope)[rung.ladder]?.grant.role;
    return by === undefined || by === role ? null : by;
  }
}

interface Climbed {
  readonly roles: ReadonlyArray<DesiredRole>;
  readonly outranked: ReadonlyArray<OutrankedRole>;
}

const highestOf = (all: ReadonlyArray<Given>): Highest => {
  const highest = new Highest();
  for (const given of all) if (given.grant.rung !== null) highest.add(given, given.grant.rung);
  return highest;
};

/** Parts those that count from those that a higher one outranks. Of `all` no two are the same role in one scope. */
export const climb = (all: ReadonlyArray<Given>): Climbed => {
  const highest = highestOf(all);
  const roles: Array<DesiredRole> = [];
  const outranked: Array<OutrankedRole> = [];
  for (const given of all) {
    const by = highest.above(given.grant);
    const { role, scope } = given.grant;
    const reasons = tidyReasons(given.reasons);
    if (by === null) roles.push({ role, scope, reasons });
    else outranked.push({ role, scope, reasons, by });
  }
  return { roles, outranked };
};
