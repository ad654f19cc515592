/** Reads a declaration from JSON and says, in the operator's words, what is wrong and where. */
import { Result, Schema } from "effect";
import {
  complaints,
  complaintText,
  type ExtensibleType,
  type Extension,
  type ExtensionAttribute,
  InvalidValue,
  placeIn,
} from "../domain/index.ts";
import { type Attribute, Document, type Part } from "./form.ts";

const longest = 64 * 1024;

const attributeOf = (attribute: Attribute | Part): ExtensionAttribute => {
  const { name, type = "string", description = "", canonicalValues } = attribute;
  const parts = "subAttributes" in attribute ? attribute.subAttributes : undefined;
  return {
    name,
    type,
    multiValued: attribute.multiValued === true,
    description,
    required: false,
    // RFC 7643 §2.3.6, §2.3.7: these two have case, whatever is said.
    caseExact:
      type === "reference" || type === "binary" || (type === "string" && attribute.caseExact === true),
    mutability: "readWrite",
    returned: attribute.returned ?? "default",
    uniqueness: "none",
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(type === "reference" ? { referenceTypes: attribute.referenceTypes ?? ["external"] } : {}),
    ...(parts === undefined ? {} : { subAttributes: parts.map(attributeOf) }),
  };
};

const extensionOf = (resourceType: ExtensibleType, document: Document): Extension => ({
  resourceType,
  id: document.id,
  name: document.name ?? document.id,
  description: document.description ?? "",
  attributes: document.attributes.map(attributeOf),
});

const naming = { list: "attributes", field: "name", word: "attribute", whole: "schema" };

const decode = Schema.decodeUnknownResult(Document, { errors: "all", onExcessProperty: "error" });

const tooLong = new InvalidValue({
  detail: `schema: use at most ${longest} characters of JSON, with shorter descriptions or fewer values.`,
});

/**
 * The declaration in `input` with every default filled in. Fails with InvalidValue that names each attribute at
 * fault and what to write there. Unknown keys are refused: a characteristic that we ignore would be a promise broken.
 */
export const decodeExtension = (
  resourceType: ExtensibleType,
  input: unknown,
): Result.Result<Extension, InvalidValue> =>
  decode(input).pipe(
    Result.mapError(
      ({ issue }) => new InvalidValue({ detail: complaintText(complaints(issue), placeIn(input, naming)) }),
    ),
    Result.map((document) => extensionOf(resourceType, document)),
    Result.filterOrFail(
      (extension) => JSON.stringify(extension).length <= longest,
      () => tooLong,
    ),
  );
