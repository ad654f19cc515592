/** Attributes every resource has (RFC 7643 §3, §3.1). They belong to no schema document. */
import { type Attribute, complex, maxName, moment, reference, text } from "./attribute.ts";

const given = { mutability: "readOnly" } as const;

export const commonAttributes: readonly Attribute[] = [
  // Computed from what is present (RFC 7643 §3), so what a client lists is checked and then replaced.
  text("schemas", "The URNs of the schemas in use.", {
    ...given,
    multiValued: true,
    caseExact: true,
    returned: "always",
  }),
  text("id", "The identifier given by this service.", { ...given, caseExact: true, returned: "always" }),
  text("externalId", "The identifier given by the client.", { caseExact: true, maxLength: maxName }),
  complex(
    "meta",
    "Facts about the resource itself.",
    [
      text("resourceType", "The name of the resource type.", { ...given, caseExact: true }),
      moment("created", "When the resource was added.", given),
      moment("lastModified", "When the resource was last changed.", given),
      reference("location", "The address of the resource.", ["uri"], given),
      text("version", "The version of the resource.", { ...given, caseExact: true }),
    ],
    given,
  ),
];
