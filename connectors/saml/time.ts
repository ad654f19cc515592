/** Times as SAML writes them (SAML core §1.3.3): in UTC, and said so. */

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Milliseconds since 1970; NaN where it is no time, with which no comparison holds. */
export const timeOf = (text: string | undefined): number =>
  text !== undefined && dateTime.test(text) ? Date.parse(text) : Number.NaN;
