/**
 * The addresses SCIM is offered at. What a client is answered names the form it used, so that it stays there; the
 * host is the configured one, whatever headers say.
 */
import { Context } from "effect";
import { segmentsOf } from "../../http/index.ts";
import type { ScimPlace } from "../../store/index.ts";
import { isAddressName } from "../../tenancy/index.ts";

export const prefix = "/scim/v2";

/** Which forms there are. `/scim/v2` and `/scim/v2/{project}/{environment}` always are. */
export class AddressForms extends Context.Service<
  AddressForms,
  {
    /** `/scim/v2/{project}/{environment}/v2`, and `/{organization}` below it. */
    readonly tenantAware: boolean;
  }
>()("rolebridge/scim/AddressForms") {}

export interface ScimAddress {
  /** The form that was used, with its names: a path without a slash at its end. */
  readonly base: string;
  /** Whose it is; undefined: the credential's. */
  readonly place: ScimPlace | undefined;
  /** What is asked for there. */
  readonly segments: ReadonlyArray<string>;
}

/** As it was sent: `URL` would take `%2e%2e` for a step up, and so read another address than a proxy before us. */
const pathOf = (target: string): string => target.split(/[?#]/, 1)[0] ?? "";

const below = (target: string): ReadonlyArray<string> | undefined => {
  const path = pathOf(target);
  return path === prefix || path.startsWith(`${prefix}/`) ? segmentsOf(path.slice(prefix.length)) : undefined;
};

/** The address in a request's target; undefined: there is none like it. Endpoint names are never slugs. */
export const readAddress = (target: string, { tenantAware }: AddressForms["Service"]) => {
  const segments = below(target);
  if (segments === undefined) return undefined;
  const [project = "", environment = "", form, organization = "", ...rest] = segments;
  if (!isAddressName(project)) return { base: prefix, place: undefined, segments } satisfies ScimAddress;
  if (!isAddressName(environment)) return undefined;
  const base = `${prefix}/${project}/${environment}`;
  const place = { project, environment, organization: null };
  if (form !== "v2") return { base, place, segments: segments.slice(2) } satisfies ScimAddress;
  if (!tenantAware) return undefined;
  return isAddressName(organization)
    ? { base: `${base}/v2/${organization}`, place: { ...place, organization }, segments: rest }
    : { base: `${base}/v2`, place, segments: segments.slice(3) };
};
