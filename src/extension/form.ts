/** A schema document (RFC 7643 §7) as operators write it. What is left out has the defaults of RFC 7643 §2.2. */
import { Schema } from "effect";
import { isOneLine } from "../domain/index.ts";

/** How many schemas an organization declares, and attributes one schema has, parts of complex ones included. */
export const maxSchemas = 10;
export const maxAttributes = 100;
/** A rule names an attribute in 255 characters: the URN, a colon, a name, a dot, the name of a part. */
export const maxUrn = 120;

const words = (most: number) =>
  Schema.String.check(
    Schema.makeFilter(
      (text: string) =>
        isOneLine(text, most) || `use at most ${most} characters in one line, without control characters`,
    ),
  );

const only = <A extends string | boolean>(wanted: A, why: string) =>
  Schema.Unknown.check(Schema.makeFilter((value: unknown) => value === wanted || why));

/** RFC 7643 §2.1: ATTRNAME. `$ref` is the one name with another character, of a part that is a reference (§2.4). */
const Name = Schema.String.check(
  Schema.isPattern(/^(?:\$ref|[A-Za-z][A-Za-z0-9_-]{0,63})$/, {
    message: "use a letter, then up to 63 letters, digits, - and _",
  }),
);

const texts = (most: number) =>
  Schema.Array(words(100)).check(Schema.isMaxLength(most, { message: `use at most ${most} values` }));

const simple = ["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"] as const;

const shared = {
  name: Name,
  description: Schema.optionalKey(words(500)),
  required: Schema.optionalKey(only(false, "use false: people who are here already have no value of it")),
  caseExact: Schema.optionalKey(Schema.Boolean),
  mutability: Schema.optionalKey(
    only("readWrite", "use readWrite: what a client pushes, it may change, and it can read it again"),
  ),
  returned: Schema.optionalKey(
    Schema.Literals(["always", "default", "request"]).annotate({ message: "use always, default or request" }),
  ),
  uniqueness: Schema.optionalKey(only("none", "use none: people are told apart by their core attributes")),
  canonicalValues: Schema.optionalKey(texts(50)),
  referenceTypes: Schema.optionalKey(texts(10)),
};

const Part = Schema.Struct({
  ...shared,
  type: Schema.optionalKey(
    Schema.Literals(simple).annotate({ message: `use ${simple.join(", ")}; a part has no parts of its own` }),
  ),
  multiValued: Schema.optionalKey(
    only(false, "use false: make the attribute around it multi-valued, or the part one of its own"),
  ),
});
export type Part = typeof Part.Type;

const Attribute = Schema.Struct({
  ...shared,
  type: Schema.optionalKey(
    Schema.Literals([...simple, "complex"]).annotate({ message: `use ${simple.join(", ")} or complex` }),
  ),
  multiValued: Schema.optionalKey(Schema.Boolean),
  subAttributes: Schema.optionalKey(Schema.Array(Part)),
});
export type Attribute = typeof Attribute.Type;

interface Named {
  readonly name: string;
  readonly type?: string;
}

type Complaint = { readonly path: ReadonlyArray<PropertyKey>; readonly issue: string };

/** Names count without case (RFC 7643 §2.1). */
const repeated = (rows: ReadonlyArray<Named>): ReadonlyArray<Complaint> => {
  const seen = new Set<string>();
  return rows.flatMap(({ name }, index) => {
    const key = name.toLowerCase();
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ path: [index, "name"], issue: "another one has this name in some capitalisation; rename one" }];
  });
};

/** RFC 7643 §3.1: every resource has these, whatever its schema. */
const common = new Set(["schemas", "id", "externalid", "meta"]);

const wrongName = ({ name, type }: Named, isPart: boolean): string | undefined => {
  if (name === "$ref")
    return isPart && type === "reference" ? undefined : "only a part of type reference is called $ref";
  return !isPart && common.has(name.toLowerCase())
    ? "every resource has this already; take another name"
    : undefined;
};

const names = (rows: ReadonlyArray<Named>, isPart: boolean): ReadonlyArray<Complaint> => [
  ...rows.flatMap((row, index) => {
    const issue = wrongName(row, isPart);
    return issue === undefined ? [] : [{ path: [index, "name"], issue }];
  }),
  ...repeated(rows),
];

const parts = ({ type, subAttributes }: Attribute): ReadonlyArray<Complaint> => {
  const path = ["subAttributes"];
  if (type === "complex" && (subAttributes ?? []).length === 0) {
    return [{ path, issue: "name at least one part of the complex attribute" }];
  }
  if (type !== "complex" && subAttributes !== undefined) {
    return [{ path, issue: "only an attribute of type complex has parts; leave them out" }];
  }
  return names(subAttributes ?? [], true).map((found) => ({ ...found, path: [...path, ...found.path] }));
};

const references = ({ type, referenceTypes }: Pick<Attribute, "type" | "referenceTypes">) =>
  referenceTypes === undefined ||
  type === "reference" ||
  "only an attribute of type reference has referenceTypes";

const sized = (rows: ReadonlyArray<Attribute>): boolean | string => {
  const count = rows.reduce((sum, { subAttributes }) => sum + 1 + (subAttributes ?? []).length, 0);
  return count <= maxAttributes || `use at most ${maxAttributes} attributes, parts of complex ones included`;
};

const Attributes = Schema.Array(
  Attribute.check(
    Schema.makeFilter((attribute) => [...parts(attribute)]),
    Schema.makeFilter(references),
  ),
).check(
  Schema.makeFilter(sized),
  Schema.makeFilter((rows) => rows.length > 0 || "declare at least one attribute"),
  Schema.makeFilter((rows) => [...names(rows, false)]),
);

const urn = /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9](?::[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)+$/;
const ietf = "urn:ietf:";
/** Microsoft tells its customers to name extensions so (entra-docs customize-application-attributes.md). */
const allowedIetf = "urn:ietf:params:scim:schemas:extension:";
const registered = `${allowedIetf}enterprise:`;

const isTaken = (id: string): boolean => {
  const lower = id.toLowerCase();
  return lower.startsWith(registered) || (lower.startsWith(ietf) && !lower.startsWith(allowedIetf));
};

const Urn = Schema.String.check(
  Schema.makeFilter(
    (id: string) =>
      (id.length <= maxUrn && urn.test(id)) ||
      `use a URN of at most ${maxUrn} letters, digits and : . - _, such as urn:acme:scim:hr:2.0:User`,
  ),
  Schema.makeFilter(
    (id: string) =>
      !isTaken(id) || `use a URN of your own, or one below ${allowedIetf} that is not registered`,
  ),
);

const schemaUrn = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/** `schemas` and `meta` are of the document, not of what it declares: read and left. */
export const Document = Schema.Struct({
  schemas: Schema.optionalKey(Schema.Tuple([only(schemaUrn, `use ${schemaUrn}`)])),
  id: Urn,
  name: Schema.optionalKey(words(100)),
  description: Schema.optionalKey(words(500)),
  attributes: Attributes,
  meta: Schema.optionalKey(Schema.Unknown),
});
export type Document = typeof Document.Type;
