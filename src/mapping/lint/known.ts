/** What a mapping is held against: what an organization's directories, roles and schemas are. */
import type { GroupKind, RoleKey } from "../../domain/index.ts";

export interface KnownGroup {
  readonly id: string;
  readonly externalId: string | null;
  readonly kind: GroupKind;
  readonly name: string;
  /** The source had it once and has it no more. */
  readonly deleted: boolean;
}

export interface KnownConnection {
  readonly slug: string;
  readonly groups: ReadonlyArray<KnownGroup>;
}

export interface KnownRole {
  readonly key: RoleKey;
  readonly reserved: boolean;
}

export interface Known {
  readonly connections: ReadonlyArray<KnownConnection>;
  /** Were there too many patterns to look for groups that fit? Then nothing is said about those that fit none. */
  readonly hasUncheckedPatterns?: boolean;
  readonly roles: ReadonlyArray<KnownRole>;
  readonly scopes: ReadonlySet<string>;
  /** By dotted name, with its schema's URN where the rules write it so: may it have several values? */
  readonly attributes: ReadonlyMap<string, { readonly multiValued: boolean }>;
  /** Milliseconds since 1970. */
  readonly now: number;
}
