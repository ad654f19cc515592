/** From a verified assertion's attributes to facts. One that is missing says nothing; an empty one says none (invariant 4). */
import type { JsonObject } from "../../src/domain/index.ts";
import { groupId, type ToldGroups, type UserFact } from "../connector.ts";
import { attributesOf } from "./presets.ts";
import type { Settings } from "./settings.ts";

export type Told = ReadonlyMap<string, ReadonlyArray<string>>;

const listsOf = ({ preset, groupsAttribute }: Pick<Settings, "preset" | "groupsAttribute">) =>
  attributesOf[preset].lists.map((list) =>
    list.kind === "group" && groupsAttribute !== "" ? { ...list, name: groupsAttribute } : list,
  );

type Choice = Pick<Settings, "preset" | "groupsAttribute" | "absentIsEmpty">;

const heard = (settings: Choice, told: Told) =>
  listsOf(settings).map(({ kind, name, marker }) => {
    const values = told.get(name);
    if (marker !== undefined && told.has(marker))
      return { kind, why: "The provider left the groups out, because there are too many of them." };
    if (values !== undefined) return { kind, values };
    return settings.absentIsEmpty
      ? { kind, values: [] }
      : { kind, why: `The reply has no attribute ${name}.` };
  });

export const groupsIn = (settings: Choice, told: Told): ToldGroups => {
  const lists = heard(settings, told);
  return {
    groups: lists.flatMap(({ kind, values = [] }) =>
      [...new Set(values)].map((name) => ({
        _tag: "Group" as const,
        id: groupId(kind, name),
        name,
        kind,
        parent: null,
      })),
    ),
    complete: lists.flatMap(({ kind, values }) => (values === undefined ? [] : [kind])),
    missing: lists.find(({ why }) => why !== undefined)?.why ?? null,
  };
};

const firstOf = (told: Told, names: ReadonlyArray<string>) =>
  names.flatMap((name) => told.get(name) ?? [])[0];

/** The address that it names, where nobody vouches for it. */
export const unprovenIn = (
  { preset, emailsAreVerified }: Pick<Settings, "preset" | "emailsAreVerified">,
  told: Told,
): { readonly unproven?: string } => {
  const email = emailsAreVerified ? undefined : firstOf(told, attributesOf[preset].email);
  return email === undefined ? {} : { unproven: email };
};

/** The person in SCIM's words. Whoever has no other name is called by the subject. */
export const userIn = (
  { preset, emailsAreVerified }: Pick<Settings, "preset" | "emailsAreVerified">,
  subject: string,
  told: Told,
): UserFact => {
  const names = attributesOf[preset];
  const first = (of: ReadonlyArray<string>) => firstOf(told, of);
  const displayName = first(names.displayName);
  const email = emailsAreVerified ? first(names.email) : undefined;
  const [givenName, familyName] = [first(names.givenName), first(names.familyName)];
  const name: JsonObject = {
    ...(givenName === undefined ? {} : { givenName }),
    ...(familyName === undefined ? {} : { familyName }),
  };
  return {
    _tag: "User",
    id: subject,
    resource: {
      userName: first(names.userName) ?? email ?? subject,
      ...(displayName === undefined ? {} : { displayName }),
      ...(Object.keys(name).length === 0 ? {} : { name }),
      ...(email === undefined ? {} : { emails: [{ value: email, primary: true }] }),
      active: true,
    },
  };
};
