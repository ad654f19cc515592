/** The document's form for editors: draft 2020-12. */
import { Schema } from "effect";
import { Written } from "./document.ts";

/** What no check of a value says: nothing else may stand in an object. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "additionalProperties" && inner === true ? false : closed(inner),
    ]),
  );
};

const fieldsOf = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});

/** The JSON Schema of the document. */
export const configurationSchema = () => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(Written);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The configuration of one organization in Rolebridge",
    type: "object",
    ...fieldsOf(closed(schema)),
    $defs: fieldsOf(closed(definitions)),
  };
};
