/** Role ladders: in each, and in each scope, only the highest role counts. */
import type { DesiredRole, RoleKey } from "../domain/index.ts";
import type { CompiledMapping } from "./compile/index.ts";

/** A role that does not count because `by`, higher on its ladder, is there in the same scope. Its reasons stay. */
export interface OutrankedRole extends DesiredRole {
  readonly by: RoleKey;
}

interface Climbed {
  readonly roles: ReadonlyArray<DesiredRole>;
  readonly outranked: ReadonlyArray<OutrankedRole>;
}

type Rungs = CompiledMapping["rungs"];

/** The highest role of each ladder, by scope. */
type Tops = ReadonlyMap<string, ReadonlyMap<number, RoleKey>>;

const topsOf = (roles: ReadonlyArray<DesiredRole>, rungs: Rungs): Tops => {
  const tops = new Map<string, Map<number, RoleKey>>();
  for (const { role, scope } of roles) {
    const rung = rungs.get(role);
    if (rung === undefined) continue;
    const inScope = tops.get(scope) ?? new Map<number, RoleKey>();
    if (inScope.size === 0) tops.set(scope, inScope);
    const best = inScope.get(rung.ladder);
    if (best === undefined || rung.rank > (rungs.get(best)?.rank ?? 0)) inScope.set(rung.ladder, role);
  }
  return tops;
};

const none: ReadonlyArray<OutrankedRole> = [];

/** Parts those that count from those that a higher one outranks. */
export const climb = (all: ReadonlyArray<DesiredRole>, rungs: Rungs): Climbed => {
  if (rungs.size === 0 || all.length < 2) return { roles: all, outranked: none };
  const tops = topsOf(all, rungs);
  const roles: Array<DesiredRole> = [];
  const outranked: Array<OutrankedRole> = [];
  for (const one of all) {
    const rung = rungs.get(one.role);
    const by = rung === undefined ? undefined : tops.get(one.scope)?.get(rung.ladder);
    if (by === undefined || by === one.role) roles.push(one);
    else outranked.push({ ...one, by });
  }
  return { roles, outranked };
};
