/**
 * The one fold by which user names and email addresses compare: NFC, then lower case without a locale
 * (RFC 7643 §2.2, `caseExact: false`). What is unique is unique under this fold, in JavaScript and in SQL.
 */
export const fold = (text: string): string => text.normalize("NFC").toLowerCase();
