/** What must be done to the limits of the guard. What the file does not name has the usual ones. */
import type { Arguments } from "../../client/index.ts";
import type { Configuration } from "../document.ts";
import { guard, type NormalLimits } from "../normal.ts";
import { type Change, newPartText, partsIn, partText } from "./change.ts";

type Guard = NonNullable<Configuration["guard"]>;

/** By the connection's slug; the organization's own by "". */
const byConnection = (section: Guard): ReadonlyMap<string, NormalLimits> => {
  const { organization, connections } = guard(section);
  return new Map([
    ...(organization === undefined ? [] : [["", organization] as const]),
    ...connections.map(({ connection, ...limits }) => [connection, limits] as const),
  ]);
};

const call = (connection: string, args: Arguments) => ({
  field: "setGuard",
  args: { connection: { type: "String", value: connection === "" ? null : connection }, ...args },
});

const setArguments = ({ enabled, accounts, percent }: NormalLimits): Arguments => ({
  enabled: { type: "Boolean", value: enabled },
  accounts: { type: "Int", value: accounts },
  percent: { type: "Int", value: percent },
});

const set = (name: string, before: NormalLimits | undefined, after: NormalLimits): ReadonlyArray<Change> => {
  const parts = partsIn(before ?? {}, after);
  if (parts.length === 0) return [];
  return [
    {
      sign: before === undefined ? "+" : "~",
      section: "guard",
      name,
      details: parts.map(before === undefined ? newPartText : partText),
      calls: [call(name, setArguments(after))],
    },
  ];
};

const forget = (name: string): Change => ({
  sign: "-",
  section: "guard",
  name,
  details: ["back to the usual limits"],
  calls: [call(name, { usual: { type: "Boolean!", value: true } })],
});

export const guardChanges = (before: Guard, after: Guard | undefined): ReadonlyArray<Change> => {
  if (after === undefined) return [];
  const [had, has] = [byConnection(before), byConnection(after)];
  return [
    ...[...has].flatMap(([name, limits]) => set(name, had.get(name), limits)),
    ...[...had.keys()].filter((name) => !has.has(name)).map(forget),
  ];
};
