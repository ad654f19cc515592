/** Predicates in words. */
import type { GroupNameTest } from "./condition.ts";

const quoted = (value: unknown): string => JSON.stringify(value);

/** `an organization named "acme"`: the groups that it is about, whichever connection they come from. */
export const groupNameText = (test: GroupNameTest): string => {
  const { kind = "group" } = test;
  const one = kind.startsWith("o") ? `an ${kind}` : `a ${kind}`;
  if ("equals" in test) return `${one} named ${quoted(test.equals)}`;
  if ("prefix" in test) return `${one} whose name begins with ${quoted(test.prefix)}`;
  return `${one} whose name looks like ${quoted(test.glob)}`;
};
