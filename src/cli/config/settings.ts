/** What only the kind of a connection decides: which settings it has, and which of them are secret. */
import type { Complaint } from "../../domain/index.ts";
import type { Kind } from "../server.ts";
import type { ConnectionEntry } from "./document.ts";
import { nearest } from "./suggest.ts";

/** The one setting that every connection which is read may have besides its kind's own. */
export const authorityName = "certificateAuthority";

type Kinds = ReadonlyArray<Kind>;

export const fieldsOf = (kinds: Kinds, kind: string): Kind["fields"] =>
  kinds.find((one) => one.kind === kind)?.fields ?? [];

/** The one setting of the kind that is kept secret. */
export const secretOf = (kinds: Kinds, kind: string): string | undefined =>
  fieldsOf(kinds, kind).find(({ secret }) => secret)?.name;

const unknown = (name: string, known: ReadonlyArray<string>): string => {
  const meant = nearest(name, known);
  return meant === undefined
    ? `unknown setting; use ${known.join(", ")}`
    : `unknown setting; did you mean ${meant}?`;
};

const ofSetting = (name: string, fields: Kind["fields"]): string | undefined => {
  const field = fields.find((one) => one.name === name);
  if (field?.secret === true) {
    return `never write a secret here; beside settings, say where it is: secret: {env: NAME_OF_A_VARIABLE} or secret: {file: PATH}`;
  }
  if (field !== undefined || name === authorityName) return undefined;
  const known = fields.filter(({ secret }) => !secret).map((one) => one.name);
  return unknown(name, [...known, authorityName]);
};

/** Keys that only connections which are read have, or only those that push, or that people sign in through. */
const misplaced = (entry: ConnectionEntry, kinds: Kinds): ReadonlyArray<Complaint> => {
  const signsIn = kinds.find(({ kind }) => kind === entry.kind)?.signsIn === true;
  if (entry.login !== undefined && !signsIn) {
    return [{ path: ["login"], message: "leave it out: nobody signs in through connections of this kind" }];
  }
  const isPushed = entry.kind === "scim";
  const names = isPushed
    ? (["settings", "secret", "every", "follow", "push", "firstSync"] as const)
    : (["strict"] as const);
  const message = isPushed
    ? "leave it out: a SCIM connection is not read"
    : "leave it out: only SCIM connections are strict or not";
  return names.filter((name) => entry[name] !== undefined).map((name) => ({ path: [name], message }));
};

const ofConnection = (entry: ConnectionEntry, kinds: Kinds): ReadonlyArray<Complaint> => {
  const fields = fieldsOf(kinds, entry.kind);
  if (fields.length === 0 && entry.kind !== "scim") {
    return [{ path: ["kind"], message: "connections of this kind cannot be added yet" }];
  }
  const settings = fields.length === 0 ? [] : Object.keys(entry.settings ?? {});
  const ofSettings = settings.flatMap((name): ReadonlyArray<Complaint> => {
    const message = ofSetting(name, fields);
    return message === undefined ? [] : [{ path: ["settings", name], message }];
  });
  return [...misplaced(entry, kinds), ...ofSettings];
};

/** Everything wrong with what the connections say of themselves, by their place in the list. */
export const settingComplaints = (
  connections: ReadonlyArray<ConnectionEntry>,
  kinds: Kinds,
): ReadonlyArray<Complaint> =>
  connections.flatMap((entry, index) =>
    ofConnection(entry, kinds).map(({ path, message }) => ({ path: [index, ...path], message })),
  );
