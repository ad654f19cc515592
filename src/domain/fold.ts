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
