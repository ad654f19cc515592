/** How one connection speaks: the resource types of its organization, and the departures it is allowed. */
import type { ConnectionProfile } from "../store/index.ts";
import { type Dialect, lenientDialect, strictDialect } from "./dialect/index.ts";
import { Group, type ResourceType, User } from "./schema/index.ts";

/** The resource types of an organization, which may have extensions of its own. */
export interface ResourceTypes {
  readonly User: ResourceType;
  readonly Group: ResourceType;
}

export interface Profile {
  readonly types: ResourceTypes;
  readonly dialect: Dialect;
  /** Are users of other domains than the organization's own refused? */
  readonly domainsOnly: boolean;
  /** Are the organization's roles shown? */
  readonly roles: boolean;
}

/** What the settings that came with the credential mean. */
export const profileOf = ({ strict, domainsOnly, roles }: ConnectionProfile): Profile => ({
  types: { User, Group },
  dialect: strict ? strictDialect : lenientDialect,
  domainsOnly,
  roles,
});
