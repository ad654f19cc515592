/** What of a source's answer can be kept at all. */
import type { GroupFact, UserFact } from "../../../connectors/connector.ts";
import type { FailedObject, Json } from "../../domain/index.ts";

/** What a unique index can hold, and what the systems themselves allow. */
const longest = { id: 255, name: 255, email: 320, whole: 100_000 };

/** PostgreSQL's text has no place for NUL nor for half a surrogate pair. */
const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

const hasOnlyStorable = (value: Json): boolean => {
  if (typeof value === "string") return isStorable(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorable(name) && hasOnlyStorable(inner));
};

/** Can this be a source's id of something we keep? */
export const isSoundId = (id: string): boolean => id !== "" && id.length <= longest.id && isStorable(id);

const complaintAboutText = (what: string, text: Json | undefined, most: number): string | null => {
  if (typeof text !== "string" || text.trim() === "") return `It has no ${what}.`;
  return text.length > most ? `Its ${what} is longer than ${most} characters.` : null;
};

const emailsOf = ({ emails }: UserFact["resource"]): ReadonlyArray<Json | undefined> =>
  Array.isArray(emails) ? (emails as ReadonlyArray<Json>).map((one) => Object(one)["value"]) : [];

const ofUser = ({ id, resource }: UserFact): string | null => {
  if (!isSoundId(id)) return "Its id cannot be kept.";
  if (!hasOnlyStorable(resource)) return "It holds a NUL character or half a surrogate pair.";
  if (JSON.stringify(resource).length > longest.whole)
    return `It is larger than ${longest.whole} characters.`;
  const tooLong = emailsOf(resource).some((email) => String(email).length > longest.email);
  if (tooLong) return `Its email is longer than ${longest.email} characters.`;
  return complaintAboutText("userName", resource["userName"], longest.name);
};

const ofGroup = ({ id, name, parent }: GroupFact): string | null => {
  if (!isSoundId(id) || (parent !== null && !isSoundId(parent))) return "Its id cannot be kept.";
  if (!isStorable(name)) return "It holds a NUL character or half a surrogate pair.";
  return complaintAboutText("name", name, longest.name);
};

/** As much of an id as can be kept to name what was refused. */
export const shown = (id: string): string => id.slice(0, 100).toWellFormed().replaceAll("\0", "\uFFFD");

const split = <Fact extends { readonly id: string }>(
  kind: FailedObject["kind"],
  facts: ReadonlyArray<Fact>,
  complain: (fact: Fact) => string | null,
) => {
  const sound = new Map<string, Fact>();
  const refused: Array<Fact> = [];
  const failures: Array<FailedObject> = [];
  for (const fact of facts) {
    const detail = sound.has(fact.id) ? "Another one came with the same id." : complain(fact);
    if (detail === null) {
      sound.set(fact.id, fact);
      continue;
    }
    refused.push(fact);
    failures.push({ kind, id: shown(fact.id), detail });
  }
  return { sound: [...sound.values()], refused, failures };
};

export const soundUsers = (facts: ReadonlyArray<UserFact>) => split("user", facts, ofUser);
export const soundGroups = (facts: ReadonlyArray<GroupFact>) => split("group", facts, ofGroup);
