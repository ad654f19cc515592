/** Moments as rules and attributes write them, in milliseconds since 1970. */
import { Schema } from "effect";

const form =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})?)?$/;

const minute = 60_000;

const offsetOf = (zone: string): number | null => {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * minute;
};

/**
 * RFC 3339, or xsd:dateTime (RFC 7643 §2.3.5), which may lack the offset: then UTC. A date without a time is the
 * moment it begins in UTC. `null` for anything else, also for days that no calendar has.
 */
export const instantOf = (text: string): number | null => {
  const found = form.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour = "00", minutes = "00", second = "00", fraction = "", zone = "Z"] = found;
  const base = `${year}-${month}-${day}T${hour}:${minutes}:${second}`;
  const utc = Date.parse(`${base}.${`${fraction}000`.slice(0, 3)}Z`);
  // JavaScript takes February 30 for March 2.
  if (Number.isNaN(utc) || !new Date(utc).toISOString().startsWith(base)) return null;
  const offset = zone === "Z" || zone === "z" ? 0 : offsetOf(zone);
  return offset === null ? null : utc - offset;
};

const message = "use a date such as 2026-03-31 or 2026-03-31T18:00:00Z";

const isInstant = (text: string): boolean | string => instantOf(text) !== null || message;

/** A moment fixed by its author. */
export const Instant = Schema.String.check(Schema.makeFilter(isInstant));

const isMoment = (text: string): boolean | string =>
  text === "now" || instantOf(text) !== null || `${message}, or now`;

/** A fixed moment, or whenever the rule is looked at. */
export const Moment = Schema.String.check(Schema.makeFilter(isMoment));

/** The moment that a decoded `Moment` means. */
export const momentAt = (moment: string, now: number): number =>
  moment === "now" ? now : (instantOf(moment) ?? Number.NaN);
