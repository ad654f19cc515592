/** What an organization switches about SCIM as a whole. */
import { Effect } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import {
  listDomains,
  lockScimSwitches,
  recordEvent,
  type ScimSwitches,
  scimSwitches,
  setScimSwitches,
  type TenantTx,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";

export const viewScimSwitches = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "connection:read", (tx) => scimSwitches(tx));

/** What is not given stays as it is. */
export type SwitchChange = { readonly [Name in keyof ScimSwitches]?: boolean | null | undefined };

const changed = (before: ScimSwitches, after: ScimSwitches) =>
  Object.fromEntries(
    (["enabled", "domainsOnly", "roles"] as const)
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, after[name]]),
  );

/** Else nobody at all would be let in. */
const mustHaveDomain = Effect.fnUntraced(function* (tx: TenantTx) {
  if ((yield* listDomains(tx)).some(({ verifiedAt }) => verifiedAt !== null)) return;
  return yield* new InvalidValue({
    detail:
      "domainsOnly: the organization has no verified domain. Add and verify one first: rolebridge domain add",
  });
});

/** Changes switches, from the next request on, on every instance. Nothing happens where they stand so already. */
export const changeScimSwitches = (caller: Caller, target: Target, wanted: SwitchChange) =>
  inOrganization(
    caller,
    target,
    "organization:write",
    Effect.fnUntraced(function* (tx, origin, organization) {
      const before = yield* lockScimSwitches(tx);
      const after: ScimSwitches = {
        enabled: wanted.enabled ?? before.enabled,
        domainsOnly: wanted.domainsOnly ?? before.domainsOnly,
        roles: wanted.roles ?? before.roles,
      };
      const data = changed(before, after);
      if (data["domainsOnly"] === true) yield* mustHaveDomain(tx);
      if (Object.keys(data).length > 0) {
        yield* setScimSwitches(tx, after);
        const subject = { kind: "organization", id: tx.organization };
        yield* recordEvent(tx, { type: "organization.scim-changed", origin, subject, data });
      }
      return organization;
    }),
  );
