/** What a connection does not see at once, what tells it all the same, and after how long at worst. Pure. */
import type { BlindSpot, Source } from "../../../connectors/connector.ts";
import type { SyncStateRow } from "../../store/index.ts";

export const coverages = ["events", "sweep", "nothing"] as const;
export type Coverage = (typeof coverages)[number];

export interface LedgerEntry {
  readonly what: string;
  readonly coveredBy: Coverage;
  /** Seconds at worst, when all goes well; null: never. */
  readonly worstSeconds: number | null;
  /** What a person may do about it; null: nothing. */
  readonly remedy: string | null;
}

export type Schedule = Pick<SyncStateRow, "everySeconds" | "followSeconds"> & {
  readonly slug: string;
  readonly enabled: boolean;
};

const enable = ({ slug }: Schedule) =>
  `It is disabled, so nothing is read. To read it: rolebridge connection enable ${slug}`;
const schedule = ({ slug }: Schedule) =>
  `It is read only when asked. Give it a schedule: rolebridge connection set ${slug} --every 15m`;
const follow = ({ slug }: Schedule) =>
  `Its changes are not followed. To follow them: rolebridge sync follow ${slug} --every 3s`;

const both = (first: string, second: string | null): string =>
  second === null ? first : `${first} ${second}`;

const entryOf = ({ what, coveredBy, remedy }: BlindSpot, when: Schedule): LedgerEntry => {
  const { enabled, everySeconds, followSeconds } = when;
  const nothing = (because: string): LedgerEntry => ({
    what,
    coveredBy: "nothing",
    worstSeconds: null,
    remedy: both(because, remedy),
  });
  if (!enabled) return nothing(enable(when));
  if (coveredBy === "nothing") return { what, coveredBy, worstSeconds: null, remedy };
  if (coveredBy === "events" && followSeconds !== null)
    return { what, coveredBy, worstSeconds: followSeconds, remedy };
  if (everySeconds === null) return nothing(schedule(when));
  const because = coveredBy === "events" ? both(follow(when), remedy) : remedy;
  return { what, coveredBy: "sweep", worstSeconds: everySeconds, remedy: because };
};

const told = ({ changes }: Source): BlindSpot =>
  changes === undefined
    ? {
        what: "Every change: the system does not tell by itself what has changed",
        coveredBy: "sweep",
        remedy: null,
      }
    : { what: "Changes that the system's events tell", coveredBy: "events", remedy: null };

/** What the system tells by itself, then all that it does not. */
export const ledgerOf = (
  source: Source | undefined,
  spots: ReadonlyArray<BlindSpot>,
  when: Schedule,
): ReadonlyArray<LedgerEntry> =>
  source === undefined ? [] : [told(source), ...spots].map((spot) => entryOf(spot, when));
