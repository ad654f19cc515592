/** Path and query as they were written: what is encoded, and how, is part of a client's ways. */
import type { Pseudonym } from "./pseudonym.ts";
import { isKnownName, isSegment } from "./vocabulary.ts";

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Encoded, except what the client left as it is, and blanks in the client's way. */
const encodedAs = (raw: string, text: string): string => {
  const plain = new Set(raw.replaceAll(/%[0-9a-f]{2}/gi, "").replaceAll("+", ""));
  const blank = raw.includes("+") ? "+" : "%20";
  const one = (char: string) => (char === " " ? blank : plain.has(char) ? char : encodeURIComponent(char));
  return Array.from(text, one).join("");
};

/** Gives the pseudonym of a text by the name of its parameter. */
type OfText = (name: string, text: string) => string;

const segment = (raw: string, ofText: OfText): string => {
  const text = decoded(raw);
  return text === "" || isSegment(text) ? raw : encodedAs(raw, ofText("", text));
};

const parameter = (pseudonym: Pseudonym, raw: string, ofText: OfText): string => {
  const at = raw.indexOf("=");
  const name = decoded(at < 0 ? raw : raw.slice(0, at));
  const known = name === "" || isKnownName(name) ? name : pseudonym.name(name);
  if (at < 0) return known;
  const value = raw.slice(at + 1);
  const text = decoded(value.replaceAll("+", "%20"));
  const counted = /^(startIndex|count)$/i.test(name) && /^-?\d{1,9}$/.test(text);
  return `${known}=${counted ? value : encodedAs(value, ofText(name, text))}`;
};

/** `/Users/…?filter=…` with pseudonyms in it. A dangling `?` or `&` stays. */
export const addressOf = (pseudonym: Pseudonym, address: string, ofText: OfText): string => {
  const [path = "", ...query] = address.split("?");
  const segments = path.split("/").map((raw) => segment(raw, ofText));
  const parameters = query
    .join("?")
    .split("&")
    .map((raw) => parameter(pseudonym, raw, ofText));
  return `${segments.join("/")}${query.length === 0 ? "" : "?"}${parameters.join("&")}`;
};
