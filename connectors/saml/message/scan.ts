/**
 * One look along the text before any parser sees it. What a SAML message has no need of is not let through, so that no
 * parser has to be right about it; and what would be costly to parse is not parsed.
 */

/** `tag` in characters, `namespaces` of one element: Keycloak declares two with every value. */
const most = { elements: 1_200, depth: 24, tag: 8_192, namespaces: 8 };

/** What XML 1.0 has no place for, and half surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for.
const outlaw = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

const declaration =
  /^<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"utf-8"|'utf-8'))?(?: standalone=(?:"no"|'no'|"yes"|'yes'))? ?\?>/i;

const reference = /^&(?:lt|gt|amp|quot|apos|#(\d{1,7})|#x([\da-fA-F]{1,6}));/;

const isReference = (text: string): boolean => {
  const [found, decimal, hex] = reference.exec(text) ?? [];
  if (found === undefined) return false;
  const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : 0x20;
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  return !outlaw.test(String.fromCodePoint(code));
};

/** Where the tag that begins at `start` ends, heeding quotes; -1 where it does not, or holds another `<`. */
const endOfTag = (text: string, start: number): number => {
  let quote = "";
  for (let at = start + 1; at < text.length && at - start <= most.tag; at += 1) {
    const char = text[at] ?? "";
    if (char === "<") return -1;
    if (quote === "" && char === ">") return at;
    if (quote === char) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
  }
  return -1;
};

interface Walk {
  elements: number;
  /** The names of the elements that are open. */
  readonly open: Array<string>;
}

const complaintAboutEnd = (tag: string, { open }: Walk): string | undefined =>
  open.pop() === tag.slice(2, -1).trimEnd() ? undefined : "An element ends that did not begin.";

const complaintAboutStart = (tag: string, walk: Walk): string | undefined => {
  if (walk.open.length === 0 && walk.elements > 0) return "There is more than one root element.";
  walk.elements += 1;
  if (!tag.endsWith("/>")) walk.open.push(/^<([^\s/>]*)/.exec(tag)?.[1] ?? "");
  if (walk.elements > most.elements) return `There are more than ${most.elements} elements.`;
  if (walk.open.length > most.depth) return `Elements are nested deeper than ${most.depth}.`;
  return tag.split("xmlns").length - 1 > most.namespaces
    ? "An element declares too many namespaces."
    : undefined;
};

const complaintAboutTag = (text: string, start: number, end: number, walk: Walk): string | undefined => {
  // Before its end: a comment and a DOCTYPE end where they like.
  if (text[start + 1] === "!") return "There is a DOCTYPE, a comment or a CDATA section.";
  if (text[start + 1] === "?") return "There is a processing instruction.";
  if (end === -1) return `A tag does not end, or is longer than ${most.tag} characters.`;
  const tag = text.slice(start, end + 1);
  return tag.startsWith("</") ? complaintAboutEnd(tag, walk) : complaintAboutStart(tag, walk);
};

const blank = /^[ \t\r\n]*$/;

const complaintAboutTags = (text: string, start: number): string | undefined => {
  const walk: Walk = { elements: 0, open: [] };
  let after = start;
  for (let at = text.indexOf("<", start); at !== -1; at = text.indexOf("<", after)) {
    if (walk.open.length === 0 && !blank.test(text.slice(after, at)))
      return "There is text around the root element.";
    const end = endOfTag(text, at);
    const complaint = complaintAboutTag(text, at, end, walk);
    if (complaint !== undefined) return complaint;
    after = end + 1;
  }
  const isWhole = walk.elements > 0 && walk.open.length === 0 && blank.test(text.slice(after));
  return isWhole ? undefined : "It is not one whole XML document.";
};

/** What is wrong with it, in a sentence; undefined where nothing is. */
export const complaintAbout = (text: string): string | undefined => {
  if (outlaw.test(text) || !text.isWellFormed()) return "There is a character that XML has no place for.";
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", at + 1)) {
    if (!isReference(text.slice(at, at + 10))) return "There is an entity that XML does not define itself.";
  }
  return complaintAboutTags(text, declaration.exec(text)?.[0].length ?? 0);
};
