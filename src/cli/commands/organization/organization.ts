import { Effect, Option, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askField,
  type Connection,
  findOrganization,
  Organization,
  optionalText,
  Role,
  ScimSettings,
  textArgument,
} from "../../client/index.ts";
import { asking, helped } from "../../define.ts";
import { noOrganization } from "../../failure.ts";
import { facts, type Line, table, type View } from "../../output/index.ts";

const workspace = ({ project, environment }: Organization) => `${project}/${environment}`;

const list = asking({
  name: "list",
  does: "Lists the organizations you may see.",
  examples: [{ command: "rolebridge organization list", description: "All of them, as a table" }],
  input: {},
  prints: Schema.Array(Organization),
  run: () => askField("query", "organizations", {}, Schema.Array(Organization)),
  view: (organizations) => ({
    lines: table<Organization>(
      {
        SLUG: ({ slug }) => slug,
        NAME: ({ name }) => name,
        WORKSPACE: workspace,
        DEFAULT: ({ isDefault }) => (isDefault ? "yes" : ""),
      },
      organizations,
    ),
    talk:
      organizations.length > 0
        ? undefined
        : "There is no organization you may see. Make one: rolebridge organization create SLUG",
  }),
});

const flag = (name: string, help: string) => Flag.String(name).pipe(Flag.withDescription(help));

const create = asking({
  name: "create",
  does: "Makes an organization: a tenant with its own connections, directory, roles and mapping.",
  examples: [
    {
      command: 'rolebridge organization create globex --name "Globex Corporation"',
      description: "An organization in the workspace default/production",
    },
  ],
  input: {
    slug: Argument.String("slug").pipe(
      Argument.withDescription("Short name for addresses: lower-case letters, digits and hyphens."),
    ),
    name: flag("name", "Name for people; by default the slug.").pipe(Flag.optional),
    project: flag("project", "Project it belongs to.").pipe(Flag.withDefault("default")),
    environment: flag("environment", "Environment of that project.").pipe(Flag.withDefault("production")),
  },
  prints: Organization,
  run: ({ slug, name, project, environment }) =>
    askField(
      "mutation",
      "createOrganization",
      {
        slug: textArgument(slug),
        name: optionalText(name),
        project: textArgument(project),
        environment: textArgument(environment),
      },
      Organization,
    ),
  view: ({ slug }) => ({
    lines: [{ text: slug }],
    talk: `Made the organization ${slug}. Next, connect what pushes its people: rolebridge connection add scim -o ${slug}`,
  }),
});

const Overview = Schema.Struct({
  ...Organization.fields,
  scim: ScimSettings,
  connections: Schema.Array(Schema.Struct({ slug: Schema.String, enabled: Schema.Boolean })),
  roles: Schema.Array(Schema.Struct({ key: Role.fields.key, holders: Role.fields.holders })),
  pendingAccounts: Schema.Int,
});

const connected = ({ slug, enabled }: Pick<typeof Connection.Type, "slug" | "enabled">) =>
  enabled ? slug : `${slug} (disabled)`;

const scimText = ({ enabled, domainsOnly, roles }: ScimSettings): string =>
  [
    enabled ? "on" : "off: its credentials are refused",
    ...(domainsOnly ? ["emails in its own domains only"] : []),
    ...(roles ? ["roles are shown"] : []),
  ].join(", ");

const overview = (found: typeof Overview.Type): ReadonlyArray<Line> =>
  facts({
    slug: found.slug,
    name: found.name,
    id: found.id,
    SCIM: scimText(found.scim),
    workspace: `${workspace(found)}${found.isDefault ? " (its default)" : ""}`,
    connections: found.connections.map(connected).join(", ") || "none",
    roles: found.roles.map(({ key, holders }) => `${key} (${holders})`).join(", ") || "none",
    "accounts waiting for a job": String(found.pendingAccounts),
  });

const show = asking({
  name: "show",
  does: "Shows an organization: its connections, and its roles with how many accounts hold each.",
  examples: [
    { command: "rolebridge organization show", description: "The one at hand" },
    { command: "rolebridge organization show globex --json", description: "Another one, as JSON" },
  ],
  input: {
    slug: Argument.String("slug").pipe(
      Argument.withDescription("Which one; else the one at hand."),
      Argument.optional,
    ),
  },
  prints: Overview,
  run: Effect.fnUntraced(function* ({ slug }) {
    const wanted = Option.isSome(slug) ? slug.value : yield* findOrganization();
    const argument = { slug: textArgument(wanted) };
    const found = yield* askField("query", "organization", argument, Schema.NullOr(Overview));
    return found ?? (yield* noOrganization(wanted));
  }),
  view: (found): View => ({ lines: overview(found) }),
});

const states = ["on", "off"] as const;
const onOff = (name: string, help: string) =>
  Flag.Literals(name, states).pipe(Flag.withDescription(help), Flag.optional);
const optionalSwitch = (state: Option.Option<"on" | "off">) => ({
  type: "Boolean",
  value: Option.getOrNull(Option.map(state, (given) => given === "on")),
});

const WithScim = Schema.Struct({ ...Organization.fields, scim: ScimSettings });

const set = asking({
  name: "set",
  does: "Switches what an organization settles about SCIM as a whole. What is not named stays as it is.",
  more: "What was pushed before stays, whatever is switched.",
  examples: [
    { command: "rolebridge organization set --scim off", description: "Refuses all its SCIM credentials" },
    {
      command: "rolebridge organization set globex --domains-only on",
      description: "Refuses users with emails outside its verified domains",
    },
  ],
  input: {
    slug: Argument.String("slug").pipe(
      Argument.withDescription("Which one; else the one at hand."),
      Argument.optional,
    ),
    scim: onOff(
      "scim",
      "off: every SCIM credential of the organization is refused, from the next request on.",
    ),
    domainsOnly: onOff("domains-only", "on: users with emails outside its verified domains are refused."),
    roles: onOff("roles", "on: clients can read its roles at /Roles."),
  },
  prints: WithScim,
  run: Effect.fnUntraced(function* ({ slug, scim, domainsOnly, roles }) {
    const organization = Option.isSome(slug) ? slug.value : yield* findOrganization();
    return yield* askField(
      "mutation",
      "setScim",
      {
        organization: textArgument(organization),
        enabled: optionalSwitch(scim),
        domainsOnly: optionalSwitch(domainsOnly),
        roles: optionalSwitch(roles),
      },
      WithScim,
    );
  }),
  view: ({ slug, scim }): View => ({ lines: facts({ slug, SCIM: scimText(scim) }) }),
});

export const organization = Command.make("organization").pipe(
  Command.withSubcommands([list, create, show, set]),
  helped({
    does: "Organizations: the tenants.",
    examples: [{ command: "rolebridge organization list", description: "Those you may see" }],
  }),
);
