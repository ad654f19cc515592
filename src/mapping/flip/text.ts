/** Changes in sentences. No value of a person is in them: only what rules name, and names of groups. */
import type { ConnectionFact } from "../../domain/index.ts";
import { type AttributeTest, groupNameText, type Leaf } from "../condition/index.ts";
import type { Change } from "./change.ts";

const quoted = (value: unknown): string => JSON.stringify(value);

const groupText = (leaf: Leaf): string => {
  if ("group" in leaf) return `the group ${leaf.group}`;
  if ("externalGroup" in leaf) return `the group with the source's id ${quoted(leaf.externalGroup.id)}`;
  if ("groupName" in leaf) return groupNameText(leaf.groupName);
  return "groupKind" in leaf ? `any ${leaf.groupKind}` : "a group";
};

const testText = (test: AttributeTest, wanted: boolean): string => {
  const not = wanted ? "" : "not ";
  if ("equals" in test)
    return `be ${wanted ? quoted(test.equals) : `something else than ${quoted(test.equals)}`}`;
  if ("in" in test) return `${not}be one of ${test.in.map(quoted).join(", ")}`;
  if ("before" in test) return `${not}be before ${test.before}`;
  if ("after" in test) return `${not}be after ${test.after}`;
  return test.present === wanted ? "have a value" : "be absent";
};

const attributeText = (change: Extract<Change, { kind: "attribute" }>): string => {
  const { name, value, isNamed, leaf, wanted } = change;
  const attribute = `attribute ${name} would have to`;
  if (isNamed) return `${attribute} ${value === null ? "be absent" : `be ${quoted(value)}`}`;
  return `${attribute} ${"attribute" in leaf ? testText(leaf.attribute, wanted) : "be something else"}`;
};

const countText = ({ slug, enabled, waits }: ConnectionFact): string => {
  const switched = enabled ? "" : `connection ${slug} would have to be enabled`;
  const planned =
    waits === true ? `the plan of connection ${slug}'s first sync would have to be applied` : "";
  return [switched, planned].filter(Boolean).join(", and ");
};

/** What would have to be so, in one clause: `would have to be a member of group "Engineering" (connection scim)`. */
export const changeText = (change: Change): string => {
  if (change.kind === "appear") return `would have to come through connection ${change.connection.slug}`;
  if (change.kind === "enable") return countText(change.connection);
  const by = `(connection ${change.connection})`;
  if (change.kind === "leave")
    return `would have to leave ${change.group.kind} ${quoted(change.group.name)} ${by}`;
  if (change.kind === "address")
    return `would have to have ${change.wanted ? "an" : "no"} email address at ${change.domain} ${by}`;
  if (change.kind === "attribute") return `${attributeText(change)} ${by}`;
  if (change.kind === "join") return joinText(change, by);
  return `would have to be ${change.kind === "activate" ? "active" : "inactive"} ${by}`;
};

const joinText = ({ group, isKnown, leaf }: Extract<Change, { kind: "join" }>, by: string): string => {
  const what = isKnown ? `${group.kind} ${quoted(group.name)}` : groupText(leaf);
  return `would have to be a member of ${what} ${by}`;
};
