/** What of a source's answer can be kept at all. */

import type { GroupFact, UserFact } from "../../../connectors/connector.ts";
import type { FailedObject, JsonObject } from "../../domain/index.ts";

const longest = 100_000;
// JSON.stringify writes NUL and lone surrogates as escapes: neither has a place in PostgreSQL's text.
const unstorable = /\\u0000|\\ud[89a-f][0-9a-f]{2}/i;

const complaint = (value: JsonObject): string | null => {
  const text = JSON.stringify(value);
  if (text.length > longest) return `It is larger than ${longest} characters.`;
  return unstorable.test(text) ? "It holds a NUL character or half a surrogate pair." : null;
};

const ofUser = ({ id, resource }: UserFact): string | null => {
  const { userName } = resource;
  if (typeof userName !== "string" || userName.trim() === "") return "It has no userName.";
  return complaint({ id, resource });
};

const ofGroup = ({ id, name, parent }: GroupFact): string | null =>
  name.trim() === "" ? "It has no name." : complaint({ id, name, parent });

const split = <Fact extends { readonly id: string }>(
  kind: FailedObject["kind"],
  facts: ReadonlyArray<Fact>,
  complain: (fact: Fact) => string | null,
) => {
  const sound: Array<Fact> = [];
  const refused: Array<FailedObject> = [];
  for (const fact of facts) {
    const detail = complain(fact);
    if (detail === null) sound.push(fact);
    else refused.push({ kind, id: fact.id.slice(0, 100).replaceAll("\0", ""), detail });
  }
  return { sound, refused };
};

export const soundUsers = (facts: ReadonlyArray<UserFact>) => split("user", facts, ofUser);
export const soundGroups = (facts: ReadonlyArray<GroupFact>) => split("group", facts, ofGroup);
