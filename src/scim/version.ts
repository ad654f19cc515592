/**
 * Versions of resources as weak entity tags (RFC 7644 §3.14, RFC 7232 §2.3). A version covers all that is shown by
 * default: a group's members and a user's groups too, so that a 304 never hides a lost membership.
 */
import { createHash } from "node:crypto";
import { Effect } from "effect";
import type { GroupOf, GroupRow, UserRow } from "../store/index.ts";
import { VersionMismatch } from "./failure.ts";

/** The headers `If-Match` and `If-None-Match`, as they were sent. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** A change of its members counts the group's row up. */
export const groupVersion = ({ version }: GroupRow): string => `W/"${version}"`;

const digestOf = (groups: ReadonlyArray<GroupOf>): string => {
  const shown = groups.map(({ id, display }) => JSON.stringify([id, display])).toSorted();
  return createHash("sha256").update(shown.join("\n")).digest("base64url").slice(0, 16);
};

/**
 * A user's groups are rows of the groups: counting up a hundred thousand users because their group got another name
 * would cost more than reading them, which every answer does anyway.
 */
export const userVersion = ({ version, groups }: UserRow): string =>
  groups.length === 0 ? `W/"${version}"` : `W/"${version}.${digestOf(groups)}"`;

const opaque = (tags: string): ReadonlyArray<string | undefined> =>
  [...tags.matchAll(/"([^"]*)"/g)].map(([, tag]) => tag);

/** Weak comparison: SCIM's versions are weak, so the strong one of RFC 7232 §3.1 could never succeed. */
const names = (tags: string, version: string): boolean =>
  tags.trim() === "*" || opaque(tags).includes(opaque(version)[0]);

/** Does the client have this version already? Then a read is answered 304 without a body. */
export const isKnown = ({ ifNoneMatch }: Conditions, version: string): boolean =>
  ifNoneMatch !== undefined && names(ifNoneMatch, version);

const mismatch = new VersionMismatch({
  detail: "The resource is in another version than the request says. Read it again, then repeat the change.",
});

/** Lets a change through when its conditions hold. Ask under the row's lock: else the version may be old news. */
export const requireVersion = (
  conditions: Conditions,
  version: string,
): Effect.Effect<void, VersionMismatch> => {
  const { ifMatch } = conditions;
  const holds = ifMatch === undefined || names(ifMatch, version);
  return holds && !isKnown(conditions, version) ? Effect.void : Effect.fail(mismatch);
};
