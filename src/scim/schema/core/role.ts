/** The Role schema (draft-ietf-scim-roles-entitlements-01 §4), as far as roles here have what it names. */
import { flag, type Schema, text } from "../attribute.ts";

const shown = { mutability: "readOnly" } as const;

export const roleSchema: Schema = {
  id: "urn:ietf:params:scim:schemas:core:2.0:Role",
  name: "Role",
  description: "A role that people can have here.",
  attributes: [
    text("value", "The role's stable name.", {
      ...shown,
      required: true,
      caseExact: true,
      uniqueness: "server",
    }),
    text("display", "The role's name for people.", shown),
    flag("supported", "Whether the role can be had now.", { ...shown, required: true }),
  ],
};
