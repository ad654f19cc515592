/** Makes the changes, several at a time, and measures when our copy shows each. */
import { setTimeout as sleep } from "node:timers/promises";
import { changes, inTheTree, type Plan, type Told } from "./changes.ts";
import type { Draw, Kind } from "./draws.ts";
import { below, type Fact, isSeen, type Model, there } from "./model.ts";

/** `dark`: its event was deleted or never recorded, so only reading everything can tell. */
export type Class = Told | "dark";

export interface Made {
  readonly kind: Kind;
  class: Class;
  readonly facts: ReadonlyArray<Fact>;
  /** When it was asked for: its event is not older. */
  readonly at: number;
  millis: number | undefined;
}

export interface Played {
  readonly made: ReadonlyArray<Made>;
  /** By kind, what Keycloak refused, as where a group was deleted while somebody joined it. */
  readonly refused: ReadonlyArray<string>;
  /** There was nothing to change so. */
  readonly skipped: number;
  readonly silent: number;
}

const atOnce = 4;
/** So many changes that events tell may be on their way to us; more would only measure how fast Keycloak is flooded. */
const onTheWay = 16;
const pollMillis = 100;

interface State {
  readonly made: Array<Made>;
  readonly refused: Array<string>;
  skipped: number;
  silent: number;
  /** Are events lost now, and how often did that begin? */
  dark: boolean;
  spells: number;
  /** What to set free once it is seen. */
  readonly reserved: Map<Made, ReadonlyArray<string>>;
  /** The ids of what was deleted and not named. */
  readonly unnamed: Set<string>;
  tree: Promise<unknown>;
}

const unseen = ({ made }: State) => made.filter(({ millis }) => millis === undefined);

const release = (model: Model, keys: ReadonlyArray<string>) => {
  for (const key of keys) model.busy.delete(key);
};

/**
 * What is deleted without an event that names it: while events are lost, a role by its name, and, since Keycloak tells
 * into which group another was moved and not which, one that was moved into a group that is deleted before anybody looked.
 */
const unnamedBy = (model: Model, state: State, { kind, class: told, facts }: Made): ReadonlyArray<string> => {
  const gone = facts
    .filter(({ key, value, of }) => value === null && of.some((id) => key === there(id).key))
    .flatMap(({ of }) => of);
  if (told === "dark" || (kind === "removeRole" && told === "all")) return gone;
  if (kind !== "removeGroup") return [];
  const moved = unseen(state)
    .filter((one) => one.kind === "moveGroup")
    .flatMap((one) => one.facts.flatMap(({ of }) => of));
  return moved.filter((id) => gone.includes(id)).flatMap((id) => [...below(model, id)]);
};

/** Until everything is read, our copy shows those. So what is on its way to them cannot be seen sooner either. */
const unname = (model: Model, state: State, made: Made) => {
  for (const id of unnamedBy(model, state, made)) state.unnamed.add(id);
  for (const one of unseen(state)) {
    const isAbout = one.facts.some(({ of }) => of.some((id) => state.unnamed.has(id)));
    if (one.class === "named" && isAbout) one.class = "all";
  }
};

const perform = async (model: Model, state: State, kind: Kind, plan: Plan) => {
  const at = Date.now();
  const { dark, spells } = state;
  for (const key of plan.reserves) model.busy.add(key);
  try {
    const facts = await plan.act();
    const keys = [...plan.reserves, ...facts.map(({ key }) => key)];
    if (facts.length === 0) {
      state.silent += 1;
      return release(model, keys);
    }
    for (const key of keys) model.busy.add(key);
    const lost = dark || state.dark || spells !== state.spells;
    const one: Made = { kind, class: lost ? "dark" : plan.told, facts, at, millis: undefined };
    state.reserved.set(one, keys);
    state.made.push(one);
    unname(model, state, one);
  } catch (error) {
    state.refused.push(`${kind}: ${error}`);
    release(model, plan.reserves);
  }
};

const events = (model: Model, on: boolean) =>
  model.admin.realms.updateConfigEvents(
    { realm: model.realm },
    { adminEventsEnabled: on, eventsEnabled: on },
  );

const special = async (model: Model, state: State, kind: "clear" | "off" | "on") => {
  if (kind !== "on") {
    state.dark = true;
    state.spells += 1;
  }
  if (kind === "clear") {
    // What nobody has read yet goes with the log.
    for (const one of unseen(state)) one.class = "dark";
    await model.admin.realms.clearAdminEvents({ realm: model.realm });
  } else await events(model, kind === "on");
  if (kind !== "off") state.dark = false;
};

const make = async (model: Model, state: State, draw: Draw) => {
  const { kind } = draw;
  if (kind === "clear" || kind === "off" || kind === "on") return special(model, state, kind);
  const now = async () => {
    const plan = changes[kind](model, draw);
    if (plan === undefined) state.skipped += 1;
    else await perform(model, state, kind, plan);
  };
  if (!inTheTree.has(kind)) return now();
  const mine = state.tree.then(now);
  state.tree = mine;
  return mine;
};

const watch = async (
  model: Model,
  state: State,
  copy: () => Promise<ReadonlyMap<string, string>>,
  isOver: () => boolean,
) => {
  while (!isOver()) {
    const asked = unseen(state);
    const seen = await copy();
    const now = Date.now();
    for (const one of asked) {
      if (!one.facts.every((fact) => isSeen(seen, model.gone, fact))) continue;
      one.millis = now - one.at;
      release(model, state.reserved.get(one) ?? []);
    }
    await sleep(pollMillis);
  }
};

/** `copy`: what we hold. Ends when what events tell was seen, or `patience` after the last change. */
export const play = async (
  model: Model,
  draws: ReadonlyArray<Draw>,
  copy: () => Promise<ReadonlyMap<string, string>>,
  patience: number,
): Promise<Played> => {
  const state: State = {
    ...{ made: [], refused: [], skipped: 0, silent: 0, dark: false, spells: 0 },
    ...{ reserved: new Map(), unnamed: new Set(), tree: Promise.resolve() },
  };
  const left = [...draws];
  const coming = () => unseen(state).filter((one) => one.class === "named").length;
  const worker = async () => {
    for (let draw = left.shift(); draw !== undefined; draw = left.shift()) {
      const since = Date.now();
      while (coming() >= onTheWay && Date.now() - since < patience) await sleep(pollMillis);
      await make(model, state, draw);
    }
  };
  let over = false;
  const watching = watch(model, state, copy, () => over);
  try {
    await Promise.race([Promise.all(Array.from({ length: atOnce }, worker)), watching]);
    const end = Date.now();
    while (coming() > 0 && Date.now() - end < patience) await sleep(pollMillis);
  } finally {
    over = true;
  }
  await watching;
  return state;
};

/** The delays of one class, in seconds. */
export const secondsOf = ({ made }: Played, of: Class): ReadonlyArray<number> =>
  made
    .filter((one) => one.class === of && one.millis !== undefined)
    .map(({ millis = 0 }) => millis / 1_000)
    .toSorted((a, b) => a - b);

export const quantile = (sorted: ReadonlyArray<number>, of: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(of * sorted.length) - 1)] ?? 0;
