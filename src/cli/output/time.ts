const two = (number: number) => String(number).padStart(2, "0");

const dayOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const clockOf = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** A moment in the reader's own time zone: `2026-11-22 16:10`. What is no time stays as it is. */
export const moment = (iso: string): string => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${dayOf(at)} ${clockOf(at)}`;
};

/** The same to the second, for what follows each other fast. */
export const exactMoment = (iso: string): string => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${moment(iso)}:${two(at.getSeconds())}`;
};

/** The same next to another moment that was just named: only `16:10` where it is the same day. */
export const momentAfter = (iso: string, named: string): string => {
  const [at, before] = [new Date(iso), new Date(named)];
  return Number.isNaN(at.getTime()) || dayOf(at) !== dayOf(before) ? moment(iso) : clockOf(at);
};
