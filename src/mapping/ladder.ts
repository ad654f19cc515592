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

const none: ReadonlyArray<OutrankedRole> = [];

/** Parts those that count from those that a higher one outranks. */
export const climb = (roles: ReadonlyArray<DesiredRole>, rungs: CompiledMapping["rungs"]): Climbed => {
  if (rungs.size === 0) return { roles, outranked: none };
  const highest = new Map<string, { readonly role: RoleKey; readonly rank: number }>();
  const placeOf = (ladder: number, scope: string) => `${ladder} ${scope}`;
  for (const { role, scope } of roles) {
    const rung = rungs.get(role);
    if (rung === undefined) continue;
    const place = placeOf(rung.ladder, scope);
    if (rung.rank >= (highest.get(place)?.rank ?? 0)) highest.set(place, { role, rank: rung.rank });
  }
  const topOf = ({ role, scope }: DesiredRole): RoleKey => {
    const rung = rungs.get(role);
    return (rung === undefined ? undefined : highest.get(placeOf(rung.ladder, scope))?.role) ?? role;
  };
  const outranked = roles.flatMap((one) => {
    const by = topOf(one);
    return by === one.role ? [] : [{ ...one, by }];
  });
  if (outranked.length === 0) return { roles, outranked: none };
  return { roles: roles.filter((one) => topOf(one) === one.role), outranked };
};
