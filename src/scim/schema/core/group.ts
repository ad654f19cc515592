/** The core Group schema (RFC 7643 §4.2). Members are users only: nested groups are not supported yet. */
import { complex, maxName, reference, type Schema, text } from "../attribute.ts";

const fixed = { mutability: "immutable" } as const;

export const groupSchema: Schema = {
  id: "urn:ietf:params:scim:schemas:core:2.0:Group",
  name: "Group",
  description: "A group of people.",
  attributes: [
    text("displayName", "The group's name.", { required: true, maxLength: maxName }),
    complex(
      "members",
      "The people in the group.",
      [
        text("value", "The member's id.", { ...fixed, required: true, caseExact: true }),
        reference("$ref", "The member's address.", ["User"], fixed),
        text("type", "The kind of member.", { ...fixed, canonicalValues: ["User"] }),
        text("display", "The member's name; ask for it by name.", {
          mutability: "readOnly",
          returned: "request",
        }),
      ],
      { multiValued: true, unbounded: true },
    ),
  ],
};
