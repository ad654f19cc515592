import { Effect, Schema } from "effect";
import { askOrganization, Sync } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { moment, table } from "../../output/index.ts";
import { durationText, everyText, isTroubled, remedyText, stateText } from "../../reading/index.ts";

const fields = { slug: Schema.String, enabled: Schema.Boolean, waits: Schema.Boolean };
const Asked = Schema.Array(Schema.Struct({ ...fields, sync: Schema.NullOr(Sync) }));
const Status = Schema.Struct({ ...fields, sync: Sync });
type Status = typeof Status.Type;

const when = (at: string | null, otherwise: string): string => (at === null ? otherwise : moment(at));

/** How long a change at the source takes until its effect here, lately. */
const freshness = ({ sync: { lagMillis } }: Status): string =>
  lagMillis === null ? "" : durationText(lagMillis);

const errors = ({ sync: { errorRate } }: Status): string => `${Math.round(errorRate * 100)} %`;

const nextSteps = (statuses: ReadonlyArray<Status>): string | undefined => {
  if (statuses.length === 0) {
    return "No connection is read here. To add one: rolebridge connection add --help";
  }
  const lines = statuses
    .filter(isTroubled)
    .map(({ slug, sync }) => `${slug}: ${remedyText(sync.reason ?? sync.followReason, slug)}`);
  return lines.length === 0 ? undefined : lines.join("\n");
};

export const status = asking({
  name: "status",
  does: "Shows how the reading of each connection is going. Exit code 2 when one is quarantined.",
  more: `healthy: as it should be.  syncing: a run waits or works.  never synced: no run has ended well yet.
late: a run or a look for changes is due, and no server began it.
degraded: changes cannot be followed now, or some objects cannot be kept; the rest counts.
failing: the last run failed, and is tried again by itself.
quarantined: what it says is not believed until a run goes well.  disabled: not read.
FRESHNESS: from a change there until its effect here. ERRORS: of the last 50 runs. WAITING: people to be looked at.`,
  examples: [{ command: "rolebridge sync status", description: "Every connection that is read" }],
  input: {},
  prints: Schema.Array(Status),
  run: () =>
    Effect.map(askOrganization("connections", {}, Asked), (connections) =>
      connections.flatMap(({ sync, ...rest }) => (sync === null ? [] : [{ ...rest, sync }])),
    ),
  view: (statuses) => ({
    lines: table<Status>(
      {
        CONNECTION: ({ slug }) => slug,
        STATE: stateText,
        "LAST SUCCESS": ({ sync }) => when(sync.lastSuccessAt, "never"),
        NEXT: ({ sync }) => when(sync.dueAt, "when asked"),
        EVERY: ({ sync }) => everyText(sync.everySeconds),
        FOLLOWED: ({ sync }) => everyText(sync.followSeconds),
        "LAST CHANGE": ({ sync }) => when(sync.changedAt, ""),
        FRESHNESS: freshness,
        ERRORS: errors,
        WAITING: ({ sync }) => String(sync.pendingAccounts),
        PEOPLE: ({ sync }) => String(sync.users),
        GROUPS: ({ sync }) => String(sync.groups),
        WHY: ({ sync }) => sync.why ?? "",
      },
      statuses,
    ),
    talk: nextSteps(statuses),
  }),
  pending: (statuses) => statuses.some(({ sync }) => sync.state === "QUARANTINED"),
});
