/** The rules of a mapping in words. */
import type { AttributeTest, Condition, Mapping, RoleGrant, Rule } from "../mapping/index.ts";
import { type Line, table } from "./output/index.ts";

const quoted = (value: unknown): string => JSON.stringify(value);

const attributeText = (test: AttributeTest): string => {
  if ("equals" in test) return `${test.name} = ${quoted(test.equals)}`;
  if ("in" in test) return `${test.name} is one of ${test.in.map(quoted).join(", ")}`;
  return test.present ? `has ${test.name}` : `has no ${test.name}`;
};

const joined = (conditions: ReadonlyArray<Condition>, word: string): string =>
  conditions.map((one) => ("all" in one || "any" in one ? `(${whenText(one)})` : whenText(one))).join(word);

/** A condition as people say it. */
export const whenText = (when: Condition): string => {
  if ("all" in when) return joined(when.all, " and ");
  if ("any" in when) return joined(when.any, " or ");
  if ("not" in when) return `not (${whenText(when.not)})`;
  if ("group" in when) return `in the group ${when.group}`;
  if ("externalGroup" in when) {
    return `in the group that ${when.externalGroup.connection} calls ${quoted(when.externalGroup.id)}`;
  }
  if ("groupName" in when) {
    const { equals, connection } = when.groupName;
    return `in a group named ${quoted(equals)}${connection === undefined ? "" : ` (connection ${connection})`}`;
  }
  return "attribute" in when ? attributeText(when.attribute) : `comes from ${when.connection}`;
};

const grantText = (grant: RoleGrant): string =>
  typeof grant === "string" ? grant : `${grant.role} in ${grant.scope}`;

/** A mapping as a table of its rules. */
export const ruleLines = ({ rules }: Mapping): ReadonlyArray<Line> =>
  rules.length === 0
    ? [{ text: "No rule: it grants nothing." }]
    : table<Rule>(
        {
          RULE: ({ id }) => id,
          WHEN: ({ when }) => whenText(when),
          GRANTS: ({ grant = [] }) => grant.map(grantText).join(", "),
          DENIES: ({ deny = [] }) => deny.join(", "),
          DESCRIPTION: ({ description = "" }) => description,
        },
        rules,
      );
