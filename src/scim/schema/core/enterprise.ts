/** The Enterprise User extension (RFC 7643 §4.3, §8.7.1). */
import { complex, reference, type Schema, text } from "../attribute.ts";

export const enterpriseSchema: Schema = {
  id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  name: "EnterpriseUser",
  description: "What an organization knows about a person.",
  attributes: [
    text("employeeNumber", "The number the organization gave the person."),
    text("costCenter", "The cost center."),
    text("organization", "The organization's name."),
    text("division", "The division's name."),
    text("department", "The department's name."),
    complex("manager", "The person's manager.", [
      text("value", "The id of the manager's User resource.", { caseExact: true }),
      reference("$ref", "The address of the manager's User resource.", ["User"]),
      text("displayName", "The manager's name.", { mutability: "readOnly" }),
    ]),
  ],
};
