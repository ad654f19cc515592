import { Effect, Option, Schema } from "effect";
import { Argument } from "effect/cli";
import { Push, type PushTrouble } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { dashed, type Line, moment, table, type View } from "../../output/index.ts";
import { findAll, findPush, problemLines, roleLines, settingLines } from "./view.ts";

const Shown = Schema.Struct({ slug: Schema.String, push: Push });
type Shown = typeof Shown.Type;

const troubleLines = ({ troubles }: Push): ReadonlyArray<Line> =>
  troubles.length === 0
    ? []
    : [
        { text: "" },
        ...table<PushTrouble>(
          {
            "NOT WRITTEN": ({ person, accountId }) => person ?? accountId,
            WHY: ({ reason, detail }) => (detail === null ? reason : `${reason}: ${detail}`),
            AGAIN: ({ retryAt }) => (retryAt === null ? "when asked" : moment(retryAt)),
          },
          troubles,
        ),
      ];

const next = ({ slug, push }: Shown): string | undefined => {
  if (push.mode === "OFF")
    return `Nothing is written. To see what would be: rolebridge push set ${slug} --mode observe`;
  if (push.mode === "OBSERVE") return `To see what would be written: rolebridge push plan ${slug}`;
  if (push.troubled > 0) return `To have all of it tried again: rolebridge push retry ${slug}`;
  return push.drifted > 0 ? `What was undone there: rolebridge push drift ${slug}` : undefined;
};

const oneView = (shown: Shown): View => ({
  lines: [
    ...settingLines(shown.push),
    { text: "" },
    ...roleLines(shown.push),
    ...problemLines(shown.push),
    ...troubleLines(shown.push),
  ],
  talk: next(shown),
});

const view = (all: ReadonlyArray<Shown>, isOne: boolean): View => {
  const [first] = all;
  if (isOne && first !== undefined) return oneView(first);
  return {
    lines: table<Shown>(
      {
        CONNECTION: ({ slug }) => slug,
        STATE: ({ push }) => dashed(push.state),
        MODE: ({ push }) => dashed(push.mode),
        ROLES: ({ push }) => String(push.roles.length),
        OURS: ({ push }) => String(push.held),
        UNDONE: ({ push }) => String(push.drifted),
        WAITING: ({ push }) => String(push.pending),
        "IN TROUBLE": ({ push }) => String(push.troubled),
        "LAST SUCCESS": ({ push }) => (push.lastSuccessAt === null ? "" : moment(push.lastSuccessAt)),
      },
      all,
    ),
    talk: all.length === 0 ? "There is no connection through which something could be written." : undefined,
  };
};

export const show = asking({
  name: "show",
  does: "Shows what is written through a connection and how that goes, or all of them. Exit code 2 when something needs a person.",
  examples: [
    { command: "rolebridge push show", description: "Every connection" },
    { command: "rolebridge push show main", description: "One, with what could not be written and why" },
  ],
  input: {
    slug: Argument.String("connection").pipe(
      Argument.withDescription("Only this connection."),
      Argument.optional,
    ),
  },
  prints: Schema.Array(Shown),
  run: ({ slug }) =>
    Option.match(slug, {
      onNone: () => findAll,
      onSome: (one) => Effect.map(findPush(one), (push) => [{ slug: one, push }]),
    }),
  view: (all, { slug }) => view(all, Option.isSome(slug)),
  pending: (all) =>
    all.some(({ push }) => push.mode !== "OFF" && push.troubled + push.drifted + push.problems.length > 0),
});
