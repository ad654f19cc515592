import { Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import { askOrganization, changeOrganization, optionalText, Role, textArgument } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { table } from "../output/index.ts";
import { who } from "./coverage/index.ts";

const list = asking({
  name: "list",
  does: "Lists the organization's roles, with how many accounts hold each.",
  examples: [{ command: "rolebridge role list", description: "All of them, as a table" }],
  input: {},
  prints: Schema.Array(Role),
  run: () => askOrganization("roles", {}, Schema.Array(Role)),
  view: (roles) => ({
    lines: table<Role>(
      {
        KEY: ({ key }) => key,
        NAME: ({ name }) => name,
        HOLDERS: ({ holders }) => String(holders),
        DESCRIPTION: ({ description }) => description,
      },
      roles,
    ),
    talk: roles.length > 0 ? undefined : "No role yet. Make one: rolebridge role create KEY",
  }),
});

const text = (name: string, help: string) => Flag.String(name).pipe(Flag.withDescription(help));

const create = asking({
  name: "create",
  does: "Makes a role that rules can grant.",
  examples: [
    {
      command: 'rolebridge role create billing-admin --name "Billing administrator"',
      description: "The key is what applications see",
    },
  ],
  input: {
    key: Argument.String("key").pipe(
      Argument.withDescription("What applications see: lower-case letters, digits and . _ : -"),
    ),
    name: text("name", "Name for people; by default the key.").pipe(Flag.optional),
    description: text("description", "What it allows, in a sentence.").pipe(Flag.withDefault("")),
  },
  prints: Role,
  run: ({ key, name, description }) =>
    changeOrganization(
      "createRole",
      { key: textArgument(key), name: optionalText(name), description: textArgument(description) },
      Role,
    ),
  view: ({ key }) => ({
    lines: [{ text: key }],
    talk: `Made the role ${key}. Nobody has it before a rule grants it: rolebridge mapping show`,
  }),
});

export const role = Command.make("role").pipe(
  Command.withSubcommands([list, create, who]),
  helped({
    does: "Roles: what accounts can have.",
    examples: [{ command: "rolebridge role list", description: "Those of the organization at hand" }],
  }),
);
