/** What a row of the attribute table says (RFC 7643 §7), and short ways to write one. */
export type AttributeType =
  | "string"
  | "boolean"
  | "decimal"
  | "integer"
  | "dateTime"
  | "binary"
  | "reference"
  | "complex";

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: "readOnly" | "readWrite" | "immutable" | "writeOnly";
  readonly returned: "always" | "never" | "default" | "request";
  readonly uniqueness: "none" | "server" | "global";
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /** Longest text in UTF-16 units; ours, not announced. Absent: {@link maxText}. */
  readonly maxLength?: number;
  /** People are recognised by it: no control or bidirectional override characters. Ours, not announced. */
  readonly identifies?: boolean;
  /** May hold more than {@link maxValues} values. Ours, not announced. */
  readonly unbounded?: boolean;
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

export const maxText = 65_536;
export const maxName = 512;
export const maxValues = 1_000;

type Rest = Partial<Omit<Attribute, "name" | "type" | "description">>;

const row = (type: AttributeType, name: string, description: string, rest: Rest): Attribute => ({
  name,
  type,
  multiValued: false,
  description,
  required: false,
  caseExact: type === "reference" || type === "binary",
  mutability: "readWrite",
  returned: "default",
  uniqueness: "none",
  ...rest,
});

export const text = (name: string, description: string, rest: Rest = {}) =>
  row("string", name, description, rest);

export const flag = (name: string, description: string, rest: Rest = {}) =>
  row("boolean", name, description, rest);

export const moment = (name: string, description: string, rest: Rest = {}) =>
  row("dateTime", name, description, rest);

export const binary = (name: string, description: string, rest: Rest = {}) =>
  row("binary", name, description, rest);

export const reference = (
  name: string,
  description: string,
  referenceTypes: readonly string[],
  rest: Rest = {},
) => row("reference", name, description, { referenceTypes, ...rest });

export const complex = (
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  rest: Rest = {},
) => row("complex", name, description, { subAttributes, ...rest });

/** What RFC 7643 §2.4 gives as examples; the interoperability profile wants every `type` to list something. */
const usualTypes: readonly string[] = ["work", "home", "other"];

/** A multi-valued attribute with the default sub-attributes of RFC 7643 §2.4 around its `value`. */
export const many = (
  name: string,
  description: string,
  value: Attribute,
  types: readonly string[] = usualTypes,
): Attribute =>
  complex(
    name,
    description,
    [
      value,
      text("display", "A name to show for the value."),
      text("type", "What the value is used for.", { canonicalValues: types }),
      flag("primary", "Whether this is the preferred value; true for one value at most."),
    ],
    { multiValued: true },
  );
