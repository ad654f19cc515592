/** How two texts are the same name. */

/**
 * The key under which userName, emails and other attributes without `caseExact` compare: NFC, lower case without
 * a locale, NFC again because lower-casing can leave a decomposed character. Not NFKC and not upper case first:
 * both make different names equal (“ﬁ” = “fi”, “ı” = “i”), and then one person could claim another's name.
 */
export const fold = (text: string): string => text.normalize("NFC").toLowerCase().normalize("NFC");

const unsafe = /[^\P{Cc}\t\n]|\p{Bidi_Control}/u;

/** Whether a text holds control characters (other than tab and newline) or bidirectional controls. */
export const hasUnsafeCharacter = (text: string): boolean => unsafe.test(text);
