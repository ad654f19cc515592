/** A mapping that gives reserved roles in a new way is put in force by another operator than its author. */
import { Effect } from "effect";
import { Forbidden, type Origin, type RoleKey } from "../domain/index.ts";
import { decodeMapping, emptyMapping, type Mapping, rolesIn } from "../mapping/index.ts";
import { findMapping, findMappingIn, loadCatalogue, type TenantTx } from "../store/index.ts";

const decoded = (document: unknown) => Effect.orDie(Effect.fromResult(decodeMapping(document)));

/** What the mapping says that has to do with this role: equal texts give it in equal ways. */
const partsAbout = ({ rules, defaults = [] }: Mapping, role: RoleKey): ReadonlySet<string> => {
  const about = rules.filter((rule) => rolesIn({ rules: [rule] }).includes(role));
  const given = defaults.filter((one) => rolesIn({ rules: [], defaults: [one] }).includes(role));
  return new Set([...about, ...given].map((one) => JSON.stringify(one)));
};

const isGiven = ({ rules, defaults = [] }: Mapping, role: RoleKey): boolean =>
  [...rules, ...defaults].some(({ grant = [] }) =>
    grant.some((one) => (typeof one === "string" ? one : one.role) === role),
  );

/** Those of `reserved` that `after` gives, or gives otherwise, than `before`. */
export const newlyGiven = (
  before: Mapping,
  after: Mapping,
  reserved: ReadonlySet<RoleKey>,
): ReadonlyArray<RoleKey> =>
  [...reserved].filter((role) => {
    const known = partsAbout(before, role);
    const now = partsAbout(after, role);
    // A denial that is gone gives the role as much as a new grant does.
    return isGiven(after, role) && (now.size !== known.size || [...now].some((part) => !known.has(part)));
  });

/** Refuses the author of version `version`, where it gives reserved roles in a way that the one in force does not. */
export const requireAnother = Effect.fn("requireAnother")(function* (
  tx: TenantTx,
  version: number,
  { actor }: Origin,
) {
  const draft = yield* findMapping(tx, version);
  if (draft === undefined || draft.authorId !== actor.id) return;
  const { reserved } = yield* loadCatalogue(tx);
  if (reserved.size === 0) return;
  const published = yield* findMappingIn(tx, "published");
  const before = yield* decoded(published?.document ?? emptyMapping);
  const roles = newlyGiven(before, yield* decoded(draft.document), reserved);
  if (roles.length === 0) return;
  return yield* new Forbidden({
    detail: `This mapping gives reserved roles (${roles.slice(0, 10).join(", ")}): another operator than the one who drafted it must put it in force.`,
  });
});
