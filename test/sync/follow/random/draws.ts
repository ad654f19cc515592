/** Which changes are made, in which order: the same for the same seed. What each meets depends on those before it. */

const weights = {
  create: 10,
  createInGroup: 8,
  rename: 9,
  toggle: 12,
  remove: 6,
  addGroup: 8,
  renameGroup: 7,
  moveGroup: 8,
  removeGroup: 4,
  join: 22,
  joinAgain: 4,
  leave: 14,
  leaveAgain: 4,
  flicker: 4,
  give: 16,
  take: 8,
  removeRole: 1,
  login: 4,
};

export type Kind = keyof typeof weights | "clear" | "off" | "on";

export interface Draw {
  readonly kind: Kind;
  /** From 0 to 1, to choose with. */
  readonly a: number;
  readonly b: number;
}

/** mulberry32. */
const random = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

const kinds = Object.entries(weights).flatMap(([kind, weight]) =>
  Array.from({ length: weight }, () => kind as Kind),
);

/** So many changes while admin and user events are off. */
const inTheDark = 12;

/** Each kind at least once, and each of these once: the log of events is cleared, events are switched off, and on. */
export const drawsOf = (seed: number, count: number): ReadonlyArray<Draw> => {
  const next = random(seed);
  const draw = (kind: Kind): Draw => ({ kind, a: next(), b: next() });
  const all = Array.from({ length: count }, () => draw(kinds[Math.floor(next() * kinds.length)] ?? "join"));
  for (const kind of new Set(kinds)) all[Math.floor(next() * count)] = draw(kind);
  const off = Math.floor(count * 0.6);
  all[Math.floor(count * 0.3)] = draw("clear");
  all[off] = draw("off");
  all[off + inTheDark] = draw("on");
  return all;
};
