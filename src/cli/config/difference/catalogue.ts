/** What must be done to the catalogue: roles, ladders, scopes. */
import { textArgument } from "../../client/index.ts";
import type { Configuration } from "../document.ts";
import { ladders, type NormalRole, roles, scopes } from "../normal.ts";
import { type Change, matched, newPartText, type Part, partsIn, partText } from "./change.ts";

type Ladder = NonNullable<Configuration["ladders"]>[number];
type Scope = NonNullable<Configuration["scopes"]>[number];

const types: Readonly<Record<string, string>> = {
  name: "String",
  description: "String",
  permissions: "[String!]",
  reserved: "Boolean",
};

const argumentsOf = (parts: ReadonlyArray<Part>, must: "" | "!") =>
  Object.fromEntries(
    parts.map(({ name, after }) => [
      name,
      { type: `${types[name]}${name === "name" ? "" : must}`, value: after },
    ]),
  );

const withoutKey = ({ key: _, ...rest }: NormalRole) => rest;

const empty = { description: "", permissions: [], reserved: false };

const newRole = (role: NormalRole): Change => ({
  sign: "+",
  section: "role",
  name: role.key,
  details: partsIn({ ...empty, name: role.key }, withoutKey(role)).map(newPartText),
  calls: [
    {
      field: "createRole",
      args: { key: textArgument(role.key), ...argumentsOf(partsIn({}, withoutKey(role)), "!") },
    },
  ],
});

const changedRole = ([before, after]: readonly [NormalRole, NormalRole]): ReadonlyArray<Change> => {
  const parts = partsIn(before, withoutKey(after));
  if (parts.length === 0) return [];
  const args = { key: textArgument(after.key), ...argumentsOf(parts, "") };
  return [
    {
      sign: "~",
      section: "role",
      name: after.key,
      details: parts.map(partText),
      calls: [{ field: "setRole", args }],
    },
  ];
};

const kept = "not in the file, kept; --prune removes it";

const gone = (section: "role" | "scope", field: string, key: string, prune: boolean): Change => ({
  sign: prune ? "-" : "=",
  section,
  name: key,
  details: prune ? [] : [kept],
  calls: prune ? [{ field, args: { key: textArgument(key) } }] : [],
});

interface Lists<A> {
  readonly before: ReadonlyArray<A>;
  readonly after: ReadonlyArray<A> | undefined;
}

interface RoleEntry {
  readonly key: string;
}

const keyOf = ({ key }: RoleEntry) => key;

const nothing = { set: [], removed: [] };

interface Split {
  readonly set: ReadonlyArray<Change>;
  /** To be done when nothing names them any more. */
  readonly removed: ReadonlyArray<Change>;
}

export const roleChanges = (
  { before, after }: Lists<NonNullable<Configuration["roles"]>[number]>,
  prune: boolean,
): Split => {
  if (after === undefined) return nothing;
  const { both, added, removed } = matched(roles(before), roles(after), keyOf, keyOf);
  return {
    set: [...both.flatMap(changedRole), ...added.map(newRole)],
    removed: removed.map(({ key }) => gone("role", "deleteRole", key, prune)),
  };
};

const described = ([before, after]: readonly [Scope, Scope]): ReadonlyArray<Change> => {
  const parts = partsIn(before, after);
  if (parts.length === 0) return [];
  const refused = `The description of the scope ${after.key} cannot be changed. Write the one it has: ${JSON.stringify(before.description)}.`;
  return [{ sign: "~", section: "scope", name: after.key, details: parts.map(partText), calls: [], refused }];
};

const newScope = ({ key, description = "" }: Scope): Change => ({
  sign: "+",
  section: "scope",
  name: key,
  details: description === "" ? [] : [newPartText({ name: "description", after: description })],
  calls: [{ field: "addScope", args: { key: textArgument(key), description: textArgument(description) } }],
});

export const scopeChanges = ({ before, after }: Lists<Scope>, prune: boolean): Split => {
  if (after === undefined) return nothing;
  const { both, added, removed } = matched(scopes(before), scopes(after), keyOf, keyOf);
  return {
    set: [...both.flatMap(described), ...added.map(newScope)],
    removed: removed.map(({ key }) => gone("scope", "removeScope", key, prune)),
  };
};

const nameOf = ({ name }: Ladder) => name;
const rungs = ({ roles }: Ladder): string => roles.join(" < ");

const setLadder = (sign: "+" | "~", { name, roles }: Ladder, details: ReadonlyArray<string>): Change => ({
  sign,
  section: "ladder",
  name,
  details,
  calls: [
    {
      field: "setLadder",
      args: { name: textArgument(name), roles: { type: "[String!]!", value: roles } },
    },
  ],
});

const removeLadder = (name: string, why: ReadonlyArray<string>): Change => ({
  sign: "-",
  section: "ladder",
  name,
  details: why,
  calls: [{ field: "removeLadder", args: { name: textArgument(name) } }],
});

/** A role is on one ladder only: one that loses a role to another is taken away first and made again. */
export const ladderChanges = ({ before, after }: Lists<Ladder>): ReadonlyArray<Change> => {
  if (after === undefined) return [];
  const { both, added, removed } = matched(ladders(before), ladders(after), nameOf, nameOf);
  const places = new Map(after.flatMap(({ name, roles }) => roles.map((role) => [role, name] as const)));
  const changed = both.filter(([old, now]) => rungs(old) !== rungs(now));
  const yields = changed.filter(([old]) =>
    old.roles.some((role) => (places.get(role) ?? old.name) !== old.name),
  );
  return [
    ...removed.map(({ name }) => removeLadder(name, [])),
    ...yields.map(([{ name }]) => removeLadder(name, ["for a moment: a role of it moves to another ladder"])),
    ...changed.map(([old, now]) => setLadder("~", now, [`${rungs(old)} -> ${rungs(now)}`])),
    ...added.map((now) => setLadder("+", now, [rungs(now)])),
  ];
};
