/** The change of one account, made, compared and put into text. */
import type { DesiredRole, PlanChange, PlannedRole } from "../../domain/index.ts";
import type { Difference } from "../difference.ts";
import { byText, roleKey } from "../order.ts";

const planned = ({ role, scope }: DesiredRole): PlannedRole => ({ role, scope });

/** From being `before` active or not, and the roles compared already. */
export const changeOf = (before: boolean, after: boolean, moves: Difference): PlanChange => ({
  active: before === after ? null : { from: before, to: after },
  gained: moves.gained.map(planned),
  lost: moves.lost.map(planned),
  changed: moves.changed.length,
});

export const isNoChange = ({ active, gained, lost, changed }: PlanChange): boolean =>
  active === null && gained.length + lost.length + changed === 0;

const keys = (roles: ReadonlyArray<PlannedRole>) => roles.map(({ role, scope }) => [role, scope]);

/** The same text for the same change, whatever database or program it came through. */
export const canonicalChange = ({ active, gained, lost, changed }: PlanChange): string =>
  JSON.stringify([active === null ? null : [active.from, active.to], keys(gained), keys(lost), changed]);

/** The same text for the same roles and state, whatever their reasons. */
export const rolesDigestText = (active: boolean, roles: ReadonlyArray<PlannedRole>): string =>
  JSON.stringify([active, ...roles.map(roleKey).toSorted(byText)]);
