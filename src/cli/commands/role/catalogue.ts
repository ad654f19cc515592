/** Roles: listed, made, changed, removed, and what became of the catalogue. */
import { Effect, Option, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import {
  askOrganization,
  CatalogueVersion,
  changeOrganization,
  optionalText,
  Role,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking } from "../../define.ts";
import { first } from "../../limits.ts";
import { type Line, moment, table } from "../../output/index.ts";
import { apply, applyArgument, key, reach, text } from "./shared.ts";

const rows = (roles: ReadonlyArray<Role>): ReadonlyArray<Line> =>
  table<Role>(
    {
      KEY: ({ key }) => key,
      NAME: ({ name }) => name,
      HOLDERS: ({ holders }) => String(holders),
      RESERVED: ({ reserved }) => (reserved ? "reserved" : ""),
      LADDER: ({ ladder, rank }) => (ladder === null ? "" : `${ladder} ${rank}`),
      PERMISSIONS: ({ permissions }) => permissions.join(" "),
      DESCRIPTION: ({ description }) => description,
    },
    roles,
  );

export const list = asking({
  name: "list",
  does: "Lists the organization's roles, with how many accounts hold each.",
  examples: [{ command: "rolebridge role list", description: "All of them, as a table" }],
  input: {},
  prints: Schema.Array(Role),
  run: () => askOrganization("roles", {}, Schema.Array(Role)),
  view: (roles) => ({
    lines: rows(roles),
    talk: roles.length > 0 ? undefined : "No role yet. Make one: rolebridge role create KEY",
  }),
});

const permission = text("permission", "PERMISSION", "What it lets people do; may be given often.").pipe(
  Flag.atLeast(0),
);
const texts = (value: ReadonlyArray<string> | null) => ({ type: "[String!]", value });

export const create = asking({
  name: "create",
  does: "Makes a role that rules and operators can grant.",
  examples: [
    {
      command: 'rolebridge role create billing-admin --name "Billing administrator"',
      description: "The key is what applications see",
    },
    {
      command: "rolebridge role create owner --permission billing.write --permission users.write --reserved",
      description: "What it lets people do, and that no rule open to many groups gives it",
    },
  ],
  input: {
    key: Argument.String("key").pipe(
      Argument.withDescription("What applications see: lower-case letters, digits and . _ : -"),
    ),
    name: text("name", "NAME", "Name for people; by default the key.").pipe(Flag.optional),
    description: text("description", "TEXT", "What it allows, in a sentence.").pipe(Flag.withDefault("")),
    permission,
    reserved: Flag.Boolean("reserved").pipe(
      Flag.withDescription("Never given by prefix, glob, groupKind or default, and granted by owners only."),
      Flag.withDefault(false),
    ),
  },
  prints: Role,
  run: ({ key, name, description, permission, reserved }) =>
    changeOrganization(
      "createRole",
      {
        key: textArgument(key),
        name: optionalText(name),
        description: textArgument(description),
        permissions: { type: "[String!]!", value: permission },
        reserved: applyArgument(reserved),
      },
      Role,
    ),
  view: ({ key }) => ({
    lines: [{ text: key }],
    talk: `Made the role ${key}. Nobody has it before a rule or an operator grants it: rolebridge role grant ${key} EMAIL --reason TEXT`,
  }),
});

export const set = asking({
  name: "set",
  does: "Changes what is said of a role. What no flag names stays.",
  more: "Permissions count at once. A changed --reserved counts for each person with the next news of them.",
  examples: [
    {
      command: "rolebridge role set billing-admin --permission billing.read --permission billing.write",
      description: "Its permissions, in place of those it had",
    },
    { command: "rolebridge role set owner --reserved on --apply", description: "For everyone now" },
  ],
  input: {
    key,
    name: text("name", "NAME", "Name for people.").pipe(Flag.optional),
    description: text("description", "TEXT", "What it allows, in a sentence.").pipe(Flag.optional),
    permission,
    noPermissions: Flag.Boolean("no-permissions").pipe(
      Flag.withDescription("Take every permission away."),
      Flag.withDefault(false),
    ),
    reserved: Flag.Literals("reserved", ["on", "off"]).pipe(
      Flag.withDescription("Never given by prefix, glob, groupKind or default, and granted by owners only."),
      Flag.optional,
    ),
    apply,
  },
  prints: Role,
  run: ({ key, name, description, permission, noPermissions, reserved, apply }) =>
    changeOrganization(
      "setRole",
      {
        key: textArgument(key),
        name: optionalText(name),
        description: optionalText(description),
        permissions: texts(permission.length > 0 || noPermissions ? permission : null),
        reserved: { type: "Boolean", value: Option.getOrNull(Option.map(reserved, (one) => one === "on")) },
        apply: applyArgument(apply),
      },
      Role,
    ),
  view: (role, { reserved, apply }) => ({
    lines: rows([role]),
    talk: Option.isSome(reserved) ? reach(apply) : undefined,
  }),
});

export const remove = asking({
  name: "delete",
  does: "Removes a role that nothing uses any more: no account, grant, rule, ladder or invitation.",
  more: "Asks for the role's key to confirm; --yes does without.",
  examples: [{ command: "rolebridge role delete billing-admin", description: "Asks first" }],
  input: { key, yes },
  prints: Role,
  run: Effect.fnUntraced(function* ({ key, yes }) {
    yield* confirm(key, `This removes the role ${key}.`, yes);
    return yield* changeOrganization("deleteRole", { key: textArgument(key) }, Role);
  }),
  view: ({ key }) => ({ lines: [{ text: `Removed ${key}.` }] }),
});

export const versions = asking({
  name: "versions",
  does: "Lists the versions of the catalogue: what changed it, when, and who.",
  examples: [{ command: "rolebridge role versions -n 10", description: "The last ten" }],
  input: {
    first,
    before: Flag.Int("before").pipe(
      Flag.withMetavar("VERSION"),
      Flag.withDescription("Only those before this one."),
      Flag.optional,
    ),
  },
  prints: Schema.Array(CatalogueVersion),
  run: ({ first, before }) =>
    askOrganization(
      "catalogueVersions",
      { first: { type: "Int!", value: first }, before: { type: "Int", value: Option.getOrNull(before) } },
      Schema.Array(CatalogueVersion),
    ),
  view: (versions) => ({
    lines: table<CatalogueVersion>(
      {
        VERSION: ({ version }) => String(version),
        AT: ({ at }) => moment(at),
        CHANGE: ({ change }) => change ?? "",
        BY: ({ operator }) => operator ?? "",
        ROLES: ({ roles }) => String(roles),
        EVENT: ({ eventId }) => eventId,
      },
      versions,
    ),
    talk: versions.length > 0 ? undefined : "Nothing of the catalogue was changed yet.",
  }),
});
