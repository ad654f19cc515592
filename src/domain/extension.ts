/** What an organization declares beyond the core schemas (RFC 7643 §3.3, §7), as it is kept: nothing left to default. */
export const extensibleTypes = ["User", "Group"] as const;
export type ExtensibleType = (typeof extensibleTypes)[number];

export type ExtensionAttribute = {
  readonly name: string;
  readonly type:
    | "string"
    | "boolean"
    | "decimal"
    | "integer"
    | "dateTime"
    | "binary"
    | "reference"
    | "complex";
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: false;
  readonly caseExact: boolean;
  readonly mutability: "readWrite";
  readonly returned: "always" | "default" | "request";
  readonly uniqueness: "none";
  readonly canonicalValues?: ReadonlyArray<string>;
  readonly referenceTypes?: ReadonlyArray<string>;
  readonly subAttributes?: ReadonlyArray<ExtensionAttribute>;
};

/** A schema that extends one resource type of one organization. `id` is its URN, in the spelling answers use. */
export interface Extension {
  readonly resourceType: ExtensibleType;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: ReadonlyArray<ExtensionAttribute>;
}
