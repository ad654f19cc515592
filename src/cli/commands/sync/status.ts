import { Effect, Schema } from "effect";
import { askOrganization, Sync } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { moment, table } from "../../output/index.ts";
import { everyText, isTroubled, remedyText, stateText } from "../../reading/index.ts";

const fields = { slug: Schema.String, enabled: Schema.Boolean };
const Asked = Schema.Array(Schema.Struct({ ...fields, sync: Schema.NullOr(Sync) }));
const Status = Schema.Struct({ ...fields, sync: Sync });
type Status = typeof Status.Type;

const when = (at: string | null, otherwise: string): string => (at === null ? otherwise : moment(at));

const why = ({ sync: { reason, detail } }: Status): string => (reason === null ? "" : `${reason}: ${detail}`);

const nextSteps = (statuses: ReadonlyArray<Status>): string | undefined => {
  if (statuses.length === 0) {
    return "No connection is read here. To add one: rolebridge connection add --help";
  }
  const lines = statuses
    .filter(isTroubled)
    .map(({ slug, sync }) => `${slug}: ${remedyText(sync.reason, slug)}`);
  return lines.length === 0 ? undefined : lines.join("\n");
};

export const status = asking({
  name: "status",
  does: "Shows how the reading of each connection is going. Exit code 2 when one is quarantined.",
  more: `healthy: as it should be.  syncing: a run waits or works.  never synced: no run has ended well yet.
late: due, and no server began it.  failing: the last run failed, and is tried again by itself.
quarantined: what it says is not believed until a run goes well.  disabled: not read.`,
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
        PEOPLE: ({ sync }) => String(sync.users),
        GROUPS: ({ sync }) => String(sync.groups),
        REASON: why,
      },
      statuses,
    ),
    talk: nextSteps(statuses),
  }),
  pending: (statuses) => statuses.some(({ sync }) => sync.state === "QUARANTINED"),
});
