/** Most text is: it has one form only, and finding that out costs less than normalizing it. */
const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

/**
 * The one fold by which userName, emails and other attributes without `caseExact` compare (RFC 7643 §2.2): NFC, lower
 * case without a locale, NFC again because lower-casing can leave a decomposed character. Not NFKC and not upper case
 * first: both make different names equal (“ﬁ” = “fi”, “ı” = “i”), and then one person could claim another's name.
 * What is unique is unique under this fold, in JavaScript and in SQL.
 */
export const fold = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.normalize("NFC").toLowerCase().normalize("NFC");

const unsafe = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u;

/** No control characters and no change of writing direction: what shows in a list or a log is what was typed. */
export const isOneLine = (text: string, most: number): boolean => text.length <= most && !unsafe.test(text);

/** Letters and digits of any script, hyphens and full stops: nothing that an escape or an address could hide in. */
const plainName = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]{1,253}$/u;
const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * The name in lower-case ASCII (IDNA): names that look alike and are not the same stay two. Undefined where it is no
 * domain's name, has one label only, or is an IP address.
 */
export const domainOf = (text: string): string | undefined => {
  if (!plainName.test(text)) return undefined;
  const name = URL.parse(`http://${text}`)?.hostname ?? "";
  const labels = name.split(".");
  const last = labels.at(-1) ?? "";
  const good = name.length <= 253 && labels.length > 1 && labels.every((one) => label.test(one));
  return good && !/^\d+$/.test(last) ? name : undefined;
};
