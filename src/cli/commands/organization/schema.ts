import { Effect, Result, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import { askOrganization, changeOrganization, ScimSchema, textArgument } from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { readDocument } from "../../document.ts";
import { NotThere } from "../../failure.ts";
import { type Line, table } from "../../output/index.ts";

const all = () => askOrganization("scimSchemas", {}, Schema.Array(ScimSchema));

const list = asking({
  name: "list",
  does: "Lists the SCIM schemas that the organization declared itself.",
  examples: [{ command: "rolebridge schema list", description: "All of them, as a table" }],
  input: {},
  prints: Schema.Array(ScimSchema),
  run: all,
  view: (schemas) => ({
    lines: table<ScimSchema>(
      {
        URN: ({ id }) => id,
        EXTENDS: ({ resourceType }) => resourceType.toLowerCase(),
        NAME: ({ name }) => name,
        DESCRIPTION: ({ description }) => description,
      },
      schemas,
    ),
    talk: schemas.length > 0 ? undefined : "No schema yet. Declare one: rolebridge schema set FILE",
  }),
});

const Row = Schema.Struct({
  name: Schema.String,
  type: Schema.String,
  multiValued: Schema.Boolean,
  description: Schema.String,
});

const Rows = Schema.Struct({
  attributes: Schema.Array(
    Schema.Struct({ ...Row.fields, subAttributes: Schema.optionalKey(Schema.Array(Row)) }),
  ),
});

const rowsOf = (document: unknown): ReadonlyArray<typeof Row.Type> =>
  Result.match(Schema.decodeUnknownResult(Rows)(document), {
    onSuccess: ({ attributes }) =>
      attributes.flatMap((attribute) => [
        attribute,
        ...(attribute.subAttributes ?? []).map((part) => ({
          ...part,
          name: `${attribute.name}.${part.name}`,
        })),
      ]),
    // What a newer server wrote: --json shows it.
    onFailure: () => [],
  });

const lines = ({ id, resourceType, document }: ScimSchema): ReadonlyArray<Line> => [
  { text: `${id}, of ${resourceType.toLowerCase()}s` },
  { text: "" },
  ...table<typeof Row.Type>(
    {
      ATTRIBUTE: ({ name }) => name,
      TYPE: ({ type, multiValued }) => (multiValued ? `${type}, several` : type),
      DESCRIPTION: ({ description }) => description,
    },
    rowsOf(document),
  ),
];

const urn = Argument.String("urn").pipe(Argument.withDescription("The schema's URN."));
const example = "urn:acme:scim:hr:2.0:User";

const show = asking({
  name: "show",
  does: "Shows one schema with its attributes.",
  examples: [
    { command: `rolebridge schema show ${example}`, description: "Its attributes as a table" },
    { command: `rolebridge schema show ${example} --json | jq .document`, description: "As it was declared" },
  ],
  input: { urn },
  prints: ScimSchema,
  run: Effect.fnUntraced(function* ({ urn }) {
    const found = (yield* all()).find(({ id }) => id.toLowerCase() === urn.toLowerCase());
    if (found !== undefined) return found;
    return yield* new NotThere({
      message: `No schema ${urn} was declared here. "rolebridge schema list" shows those that were.`,
    });
  }),
  view: (schema) => ({ lines: lines(schema) }),
});

const discard = Flag.Boolean("discard-values").pipe(
  Flag.withDescription(
    "Take away the values that would be left without a declaration, and the roles they gave.",
  ),
  Flag.withDefault(false),
);
const discardArgument = (value: boolean) => ({ discardValues: { type: "Boolean!", value } });

const set = asking({
  name: "set",
  does: "Declares a SCIM schema, or changes the one of the same URN.",
  more: `The document is that of /Schemas (RFC 7643, section 7), for example:
  { "id": "urn:acme:scim:hr:2.0:User",
    "name": "HR",
    "attributes": [ { "name": "badge", "type": "string", "description": "Colour of the badge." } ] }`,
  examples: [
    { command: "rolebridge schema set config/extension-schema.json", description: "From a file" },
    { command: "rolebridge schema set team.json --extends group", description: "For groups" },
  ],
  input: {
    file: Argument.String("file").pipe(Argument.withDescription("The document as JSON; - is stdin.")),
    extends: Flag.Literals("extends", ["user", "group"]).pipe(
      Flag.withDescription("What gets the attributes."),
      Flag.withDefault("user" as const),
    ),
    discard,
  },
  prints: ScimSchema,
  run: Effect.fnUntraced(function* (input) {
    const args = {
      resourceType: { type: "ScimResourceType!", value: input.extends.toUpperCase() },
      document: { type: "JSON!", value: yield* readDocument(input.file) },
      ...discardArgument(input.discard),
    };
    return yield* changeOrganization("setScimSchema", args, ScimSchema);
  }),
  view: (schema) => ({
    lines: lines(schema),
    talk: "Declared. Every connection of the organization takes these attributes with its next request.",
  }),
});

const remove = asking({
  name: "remove",
  does: "Ends the declaration of a schema.",
  examples: [{ command: `rolebridge schema remove ${example}`, description: "Asks before it does" }],
  input: { urn, discard, yes },
  prints: ScimSchema,
  run: Effect.fnUntraced(function* ({ urn, discard, yes }) {
    const values = discard ? ", and what was pushed of it is deleted" : "";
    yield* confirm(urn, `Its attributes are not accepted or shown any more${values}.`, yes);
    const args = { id: textArgument(urn), ...discardArgument(discard) };
    return yield* changeOrganization("removeScimSchema", args, ScimSchema);
  }),
  view: ({ id }) => ({ lines: [{ text: id }], talk: `Removed ${id}.` }),
});

export const schema = Command.make("schema").pipe(
  Command.withSubcommands([list, show, set, remove]),
  helped({
    does: "Schemas: attributes of the organization's own in SCIM.",
    examples: [{ command: "rolebridge schema list", description: "Those it declared" }],
  }),
);
