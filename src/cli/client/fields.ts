/** The questions commands have, without GraphQL: one field of the root or of the organization at hand. */
import { Effect, Option, Schema } from "effect";
import { noOrganization } from "../failure.ts";
import { ask } from "./graphql.ts";
import { selectionOf } from "./select.ts";
import { findOrganization } from "./target.ts";

/** An argument of a field: its GraphQL type and its value. */
export interface Argument {
  readonly type: string;
  readonly value: unknown;
}

/** Arguments by name. */
export type Arguments = Readonly<Record<string, Argument>>;

export const textArgument = (value: string): Argument => ({ type: "String!", value });
export const idArgument = (value: string): Argument => ({ type: "ID!", value });
export const optionalText = (value: Option.Option<string>): Argument => ({
  type: "String",
  value: Option.getOrNull(value),
});
export const optionalTime = (value: Option.Option<Date>): Argument => ({
  type: "DateTime",
  value: Option.getOrNull(Option.map(value, (at) => at.toISOString())),
});

const list = (args: Arguments, show: (name: string, argument: Argument) => string): string => {
  const texts = Object.entries(args).map(([name, argument]) => show(name, argument));
  return texts.length === 0 ? "" : `(${texts.join(", ")})`;
};

const declared = (args: Arguments) => list(args, (name, { type }) => `$${name}: ${type}`);
const passed = (args: Arguments) => list(args, (name) => `${name}: $${name}`);
const values = (args: Arguments) =>
  Object.fromEntries(Object.entries(args).map(([name, { value }]) => [name, value]));

/** A field of the root: `query` or `mutation`. */
export const askField = Effect.fn("askField")(function* <A>(
  operation: "query" | "mutation",
  field: string,
  args: Arguments,
  schema: Schema.Codec<A>,
) {
  const query = `${operation}${declared(args)} { answer: ${field}${passed(args)}${selectionOf(schema)} }`;
  const { answer } = yield* ask(query, values(args), Schema.Struct({ answer: schema }));
  return answer;
});

/** A mutation in the organization at hand. */
export const changeOrganization = Effect.fn("changeOrganization")(function* <A>(
  field: string,
  args: Arguments,
  schema: Schema.Codec<A>,
) {
  const organization = textArgument(yield* findOrganization());
  return yield* askField("mutation", field, { organization, ...args }, schema);
});

/** A field of the organization at hand. */
export const askOrganization = Effect.fn("askOrganization")(function* <A>(
  field: string,
  args: Arguments,
  schema: Schema.Codec<A>,
) {
  const slug = yield* findOrganization();
  const all = { organization: textArgument(slug), ...args };
  const inner = `answer: ${field}${passed(args)}${selectionOf(schema)}`;
  const query = `query${declared(all)} { organization(slug: $organization) { ${inner} } }`;
  const Found = Schema.Struct({ organization: Schema.NullOr(Schema.Struct({ answer: schema })) });
  const answer = yield* ask(query, values(all), Found);
  if (answer.organization !== null) return answer.organization.answer;
  return yield* noOrganization(slug);
});
