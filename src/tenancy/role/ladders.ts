/** Ladders: of the roles of one, an account has the highest only. */
import { Effect } from "effect";
import { InvalidValue, NotFound, type RoleKey } from "../../domain/index.ts";
import { listRoles, type RoleRow, setLadder as storeLadder, type TenantTx } from "../../store/index.ts";
import { keepingOwnership } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { slugOf } from "../input.ts";
import { beginChange, endChange } from "./change.ts";

export interface LadderView {
  readonly name: string;
  /** The lowest first. */
  readonly roles: ReadonlyArray<RoleKey>;
}

const ladderOf = (roles: ReadonlyArray<RoleRow>, name: string): LadderView => ({
  name,
  roles: roles
    .filter(({ ladder }) => ladder === name)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ key }) => key),
});

export const viewLadders = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "role:read", (tx) =>
    Effect.map(listRoles(tx), (roles): ReadonlyArray<LadderView> => {
      const names = new Set(roles.flatMap(({ ladder }) => ladder ?? []));
      return [...names].toSorted().map((name) => ladderOf(roles, name));
    }),
  );

const checkRungs = Effect.fnUntraced(function* (tx: TenantTx, name: string, wanted: ReadonlyArray<string>) {
  if (new Set(wanted).size !== wanted.length || wanted.length < 2) {
    return yield* new InvalidValue({ detail: "roles: name two or more roles, each once, the lowest first." });
  }
  const known = new Map((yield* listRoles(tx)).map((role) => [role.key as string, role]));
  for (const key of wanted) {
    const role = known.get(key);
    if (role === undefined) return yield* new NotFound({ kind: "role", id: key });
    if (role.ladder === null || role.ladder === name) continue;
    return yield* new InvalidValue({
      detail: `${key} is on the ladder ${role.ladder} already, and a role is on one only. Take it off there first.`,
    });
  }
});

/** `null`: takes it away. */
const change = (
  caller: Caller,
  target: Target,
  name: string,
  roles: ReadonlyArray<string> | null,
  apply: boolean,
) =>
  inOrganization(
    caller,
    target,
    "role:write",
    Effect.fnUntraced(function* (tx, origin) {
      const ladder = yield* slugOf("name", name);
      yield* beginChange(tx, apply);
      if (roles !== null) yield* checkRungs(tx, ladder, roles);
      const wanted = roles ?? [];
      const before = ladderOf(yield* listRoles(tx), ladder);
      if (roles === null && before.roles.length === 0) {
        return yield* new NotFound({ kind: "ladder", id: name });
      }
      if (before.roles.join(" ") === wanted.join(" ")) return before;
      const event = {
        type: "ladder.changed",
        data: { ladder, roles: [...wanted], before: [...before.roles] },
      };
      const changed = Effect.andThen(storeLadder(tx, ladder, wanted), endChange(tx, origin, event, apply));
      yield* keepingOwnership(tx, changed);
      return roles === null ? before : ladderOf(yield* listRoles(tx), ladder);
    }),
  );

/** Makes or remakes the ladder of these roles, the lowest first. */
export const setLadder = (
  caller: Caller,
  target: Target,
  name: string,
  roles: ReadonlyArray<string>,
  apply: boolean,
) => change(caller, target, name, roles, apply);

/** Takes every role off the ladder; gives what it was. */
export const removeLadder = (caller: Caller, target: Target, name: string, apply: boolean) =>
  change(caller, target, name, null, apply);
