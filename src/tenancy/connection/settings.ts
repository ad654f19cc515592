/** From what an operator wrote to what is stored: each setting of its type, secrets apart, nothing that is unknown. */
import { Effect, Redacted } from "effect";
import type { Connector, Field } from "../../../connectors/connector.ts";
import { InvalidValue, type Json } from "../../domain/index.ts";
import type { PlainSettings } from "../../sync/index.ts";
import { settingLinesOf, settingOf } from "../input.ts";

/** One setting by its name, as text. May be a secret: it is never shown again. */
export interface Given {
  readonly name: string;
  readonly value: string;
}

/** The one setting that every connection which is read may have besides its connector's own. */
export const authorityName = "certificateAuthority";

const invalid = (name: string, what: string) => new InvalidValue({ detail: `${name}: ${what}` });

const converted = Effect.fnUntraced(function* ({ name, type, lines }: Field, value: string) {
  const text: Json = yield* (lines === true ? settingLinesOf : settingOf)(name, value);
  if (type === "text") return text;
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  if (type === "number" && /^\d{1,9}$/.test(text)) return Number(text);
  return yield* invalid(name, type === "number" ? "use a whole number." : "use true or false.");
});

const mostSecret = 20_000;

/** Nothing of the value goes into what is said about it. */
const secretOf = ({ name }: Field, value: string) =>
  value.trim() === "" || value.length > mostSecret
    ? Effect.fail(invalid(name, `use 1 to ${mostSecret} characters.`))
    : Effect.succeed(Redacted.make(value));

const fieldOf = ({ title, fields }: Connector, name: string) => {
  const found = fields.find((field) => field.name === name);
  if (found !== undefined) return Effect.succeed(found);
  const known = fields.map((field) => field.name).join(", ");
  return Effect.fail(
    invalid(name.slice(0, 100), `${title} connections have no such setting. They have ${known}.`),
  );
};

/** Sorts and converts what was given. That an authority holds certificates only is seen when it is opened. */
export const readSettings = Effect.fn("readSettings")(function* (
  connector: Connector,
  given: ReadonlyArray<Given>,
  authority: string | null,
) {
  const settings: Record<string, Json> = {};
  const secrets: Record<string, Redacted.Redacted<string>> = {};
  const seen = new Set<string>();
  for (const { name, value } of given) {
    const field = yield* fieldOf(connector, name);
    if (seen.has(name)) return yield* invalid(name, "give it once.");
    seen.add(name);
    if (field.secret) secrets[name] = yield* secretOf(field, value);
    else settings[name] = yield* converted(field, value);
  }
  if (authority !== null) settings[authorityName] = authority;
  return { settings, secrets } satisfies PlainSettings as PlainSettings;
});

/** InvalidValue with a line for each setting that must be given and is not. */
export const mustBeComplete = ({ fields }: Connector, { settings, secrets }: PlainSettings) => {
  const missing = fields.filter(
    ({ name, default: otherwise }) =>
      otherwise === null && !Object.hasOwn(settings, name) && !Object.hasOwn(secrets, name),
  );
  return missing.length === 0
    ? Effect.void
    : Effect.fail(
        new InvalidValue({ detail: missing.map(({ name, help }) => `${name}: give it. ${help}`).join("\n") }),
      );
};
