/** Filters, paths and URNs: operators, brackets, blanks and known names stay; other names and all values do not. */
import type { Pseudonym } from "./pseudonym.ts";
import { isKnownName, isKnownValue, isUrnWord } from "./vocabulary.ts";

/** Gives the pseudonym of a value of the attribute named. */
export type OfValue = (attribute: string, value: string) => string;

const compares = /^(eq|ne|co|sw|ew|gt|ge|lt|le)$/i;
const connects = /^(pr|and|or|not)$/i;

const oneName = (pseudonym: Pseudonym, name: string): string =>
  name === "" || isKnownName(name) ? name : pseudonym.name(name);

const dotted = (pseudonym: Pseudonym, text: string): string =>
  text
    .split(".")
    .map((name) => oneName(pseudonym, name))
    .join(".");

/** A URN, of a schema or of one of its attributes; what of it nobody standardised becomes a pseudonym. */
const urnOf = (pseudonym: Pseudonym, urn: string): string =>
  urn
    .split(":")
    .map((word) => (isUrnWord(word) ? word : dotted(pseudonym, word)))
    .join(":");

export const isUrn = (text: string): boolean => /^urn:\S+$/i.test(text);

/** An attribute: `userName`, `name.givenName`, one of an extension, or a schema. */
export const attributeOf = (pseudonym: Pseudonym, text: string): string => {
  const entra = isKnownValue("schemas", text);
  if (entra) return text;
  return isUrn(text) ? urnOf(pseudonym, text) : dotted(pseudonym, text);
};

const lastName = (path: string): string => path.split(/[.:]/).at(-1) ?? "";

const unquoted = (token: string): string => {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === "string" ? value : token;
  } catch {
    return token.replaceAll(/^"|"$/g, "");
  }
};

const literal = (attribute: string, word: string, pseudonym: Pseudonym, ofValue: OfValue): string => {
  if (/^(true|false|null)$/i.test(word)) return word;
  return /^-?\d{1,4}$/.test(word) ? String(pseudonym.number(Number(word))) : ofValue(attribute, word);
};

/** A filter, or the path of an operation, which may have one in brackets. */
export const expressionOf = (pseudonym: Pseudonym, text: string, ofValue: OfValue): string => {
  let [attribute, isValue] = ["", false];
  const word = (token: string): string => {
    if (isValue) {
      isValue = false;
      return literal(attribute, token, pseudonym, ofValue);
    }
    if (compares.test(token)) {
      isValue = true;
      return token;
    }
    if (connects.test(token)) return token;
    attribute = lastName(token);
    return attributeOf(pseudonym, token);
  };
  const quoted = (token: string): string => {
    isValue = false;
    return JSON.stringify(ofValue(attribute, unquoted(token)));
  };
  return text.replaceAll(/"(?:[^"\\]|\\.)*"?|[^\s"()[\]]+/g, (token) =>
    token.startsWith('"') ? quoted(token) : word(token),
  );
};

/** The attribute that the path of an operation is about: `value` of `emails[type eq "work"].value`. */
export const subjectOf = (path: string): string => lastName(path.replaceAll(/\[.*\]/gs, "")) || "";
