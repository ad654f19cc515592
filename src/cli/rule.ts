/** The rules of a mapping in words. */
import {
  type AttributeTest,
  type Condition,
  defaultId,
  type GroupNameTest,
  groupNameText,
  type Leaf,
  type Mapping,
  type RoleGrant,
  type Rule,
} from "../mapping/index.ts";
import { type Line, table } from "./output/index.ts";

const quoted = (value: unknown): string => JSON.stringify(value);

const attributeText = (test: AttributeTest): string => {
  if ("equals" in test) return `${test.name} = ${quoted(test.equals)}`;
  if ("in" in test) return `${test.name} is one of ${test.in.map(quoted).join(", ")}`;
  if ("before" in test) return `${test.name} is before ${test.before}`;
  if ("after" in test) return `${test.name} is after ${test.after}`;
  return test.present ? `has ${test.name}` : `has no ${test.name}`;
};

const joined = (conditions: ReadonlyArray<Condition>, word: string): string =>
  conditions.map((one) => ("all" in one || "any" in one ? `(${whenText(one)})` : whenText(one))).join(word);

const nameText = (test: GroupNameTest): string => {
  const from = test.connection === undefined ? "" : ` (connection ${test.connection})`;
  return `in ${groupNameText(test)}${from}`;
};

const leafText = (leaf: Leaf): string => {
  if ("group" in leaf) return `in the group ${leaf.group}`;
  if ("externalGroup" in leaf) {
    return `in the group that ${leaf.externalGroup.connection} calls ${quoted(leaf.externalGroup.id)}`;
  }
  if ("groupName" in leaf) return nameText(leaf.groupName);
  if ("groupKind" in leaf) return `in any ${leaf.groupKind}`;
  if ("emailDomain" in leaf) return `has an email address at ${leaf.emailDomain}`;
  return "attribute" in leaf ? attributeText(leaf.attribute) : `comes from ${leaf.connection}`;
};

/** A condition as people say it. */
export const whenText = (when: Condition): string => {
  if ("all" in when) return joined(when.all, " and ");
  if ("any" in when) return joined(when.any, " or ");
  if ("not" in when) return `not (${whenText(when.not)})`;
  return leafText(when);
};

const grantText = (grant: RoleGrant): string => {
  if (typeof grant === "string") return grant;
  if ("scope" in grant) return `${grant.role} in ${grant.scope}`;
  return `${grant.role} in ${grant.scopeFrom}${grant.createScope ? ", made if new" : ""}`;
};

type Limited = Pick<Rule, "validFrom" | "validUntil">;

const validText = ({ validFrom, validUntil }: Limited): string =>
  [
    ...(validFrom === undefined ? [] : [`from ${validFrom}`]),
    ...(validUntil === undefined ? [] : [`until ${validUntil}`]),
  ].join(" ");

/** A rule in one line, without its id: `in a group named "a" -> developer; denies admin; until 2026-09-01`. */
export const ruleText = (rule: Omit<Rule, "id">): string => {
  const { when, grant = [], deny = [], description } = rule;
  const valid = validText(rule);
  return [
    `${whenText(when)} -> ${grant.map(grantText).join(", ") || "nothing"}`,
    ...(deny.length === 0 ? [] : [`denies ${deny.join(", ")}`]),
    ...(valid === "" ? [] : [valid]),
    ...(description === undefined ? [] : [quoted(description)]),
  ].join("; ");
};

const defaultRules = ({
  defaults = [],
}: Mapping): ReadonlyArray<Omit<Rule, "id"> & { readonly id: string }> =>
  defaults.map(({ connection, grant }) => ({ id: defaultId(connection), when: { connection }, grant }));

/** A mapping as a table of its rules, the conditions as `write` writes them. */
export const ruleLines = (mapping: Mapping, write = whenText): ReadonlyArray<Line> => {
  const rules = [...mapping.rules, ...defaultRules(mapping)];
  return rules.length === 0
    ? [{ text: "No rule: it grants nothing." }]
    : table<(typeof rules)[number]>(
        {
          RULE: ({ id }) => id,
          WHEN: ({ when }) => write(when),
          GRANTS: ({ grant = [] }) => grant.map(grantText).join(", "),
          DENIES: ({ deny = [] }) => deny.join(", "),
          VALID: validText,
          DESCRIPTION: ({ description = "" }) => description,
        },
        rules,
      );
};
