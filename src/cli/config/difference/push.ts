/** What must be done to what is written through a connection. */
import { textArgument } from "../../client/index.ts";
import type { ConnectionEntry } from "../document.ts";
import { type NormalPush, pushOf } from "../normal.ts";
import { type Call, type Part, partsIn } from "./change.ts";

const word = (text: string): string =>
  text
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll("-", "_")
    .toUpperCase();

const pushTypes: Readonly<Record<keyof NormalPush, string>> = {
  mode: "PushMode",
  creates: "PushCreates",
  leaving: "PushLeaving",
  owns: "[PushField!]",
  drift: "PushDrift",
  roles: "[PushedRoleInput!]",
};

const pushValue = ({ name, after }: { readonly name: string; readonly after: NormalPush }) => {
  if (name === "owns") return after.owns.map(word);
  if (name === "roles") return after.roles.map((one) => ({ ...one, kind: word(one.kind) }));
  return word(String(Reflect.get(after, name)));
};

const untouched = pushOf({ mode: "off" });

/** What is to be written otherwise than it is; without a word in the file nothing is. */
export const pushParts = (
  before: ConnectionEntry | undefined,
  { push }: ConnectionEntry,
): ReadonlyArray<Part> =>
  push === undefined
    ? []
    : partsIn(before?.push === undefined ? untouched : pushOf(before.push), pushOf(push)).map(
        ({ name, ...rest }) => ({ name: `push.${name}`, ...rest }),
      );

export const pushCalls = (
  { slug, push }: ConnectionEntry,
  parts: ReadonlyArray<Part>,
): ReadonlyArray<Call> => {
  if (push === undefined || parts.length === 0) return [];
  const after = pushOf(push);
  const changed = Object.entries(pushTypes).flatMap(([name, type]) =>
    parts.some((part) => part.name === `push.${name}`)
      ? [[name, { type, value: pushValue({ name, after }) }] as const]
      : [],
  );
  return [{ field: "setPush", args: { connection: textArgument(slug), ...Object.fromEntries(changed) } }];
};
