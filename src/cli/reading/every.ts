/** Spans of time as people write and read them. */
import { Option } from "effect";
import { Flag } from "effect/cli";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `15m`; null for `off`; undefined for anything else. */
export const secondsOf = (text: string): number | null | undefined => {
  if (text === "off") return null;
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined ? undefined : Number(count) * factor;
};

const isAllowed = (seconds: number | null | undefined): seconds is number | null =>
  seconds === null || (seconds !== undefined && seconds >= 60 && seconds <= 86_400);

/** How often to read. */
export const every = Flag.String("every").pipe(
  Flag.withMetavar("15m|off"),
  Flag.filterMap(
    (text) => {
      const seconds = secondsOf(text);
      return isAllowed(seconds) ? Option.some({ seconds }) : Option.none();
    },
    (text) => `--every takes a time from 1m to 24h, like 90s, 15m or 1h, or off: not ${text}.`,
  ),
);

const mayFollow = (seconds: number | null | undefined): seconds is number | null =>
  seconds === null || (seconds !== undefined && seconds >= 1 && seconds <= 3_600);

/** The same for looks for changes; a sentence where it is none. */
export const followText = (text: string): boolean | string =>
  mayFollow(secondsOf(text)) || "use a time from 1s to 1h, such as 3s, or off";

/** How often to look for changes. */
export const followEvery = Flag.String("every").pipe(
  Flag.withMetavar("3s|off"),
  Flag.filterMap(
    (text) => {
      const seconds = secondsOf(text);
      return mayFollow(seconds) ? Option.some({ seconds }) : Option.none();
    },
    (text) => `--every takes a time from 1s to 1h, like 3s or 1m, or off: not ${text}.`,
  ),
);

/** `15m`, `1h`, `90s`, or `off`. */
export const everyText = (seconds: number | null): string => {
  if (seconds === null) return "off";
  const unit = ["d", "h", "m"].find((one) => seconds % (units[one] ?? 1) === 0) ?? "s";
  return `${seconds / (units[unit] ?? 1)}${unit}`;
};

/** `85 ms`, `1.2 s`, `2 min 5 s`. */
export const durationText = (millis: number): string => {
  if (millis < 1_000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1_000).toFixed(1)} s`;
  const seconds = Math.round(millis / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};
