/** What is written through a connection, in words. */
import { Effect, Schema } from "effect";
import { Argument } from "effect/cli";
import { askOrganization, type Push, PushConnection, type PushedRole } from "../../client/index.ts";
import { NotGiven, NotThere } from "../../failure.ts";
import { camelCased, dashed, facts, type Line, moment, table } from "../../output/index.ts";

export const slug = Argument.String("connection").pipe(Argument.withDescription("The connection's slug."));

const All = Schema.Array(PushConnection);

/** Every connection through which something could be written. */
export const findAll = Effect.map(askOrganization("connections", {}, All), (all) =>
  all.flatMap(({ push, ...rest }) => (push === null ? [] : [{ ...rest, push }])),
);

export const findPush = Effect.fnUntraced(function* (slug: string) {
  const found = (yield* askOrganization("connections", {}, All)).find((one) => one.slug === slug);
  if (found === undefined) {
    return yield* new NotThere({
      message: `There is no connection "${slug}" here. "rolebridge connection list" shows those there are.`,
    });
  }
  if (found.push !== null) return found.push;
  return yield* new NotGiven({ message: `Nothing can be written through ${slug}: its system pushes to us.` });
});

const ownsText = ({ owns }: Push): string =>
  owns.length === 0 ? "only on people created there" : `${owns.map(camelCased).join(", ")} on everybody`;

export const settingLines = (push: Push): ReadonlyArray<Line> =>
  facts({
    state: dashed(push.state),
    mode: dashed(push.mode),
    creates: dashed(push.creates),
    leaving: dashed(push.leaving),
    fields: ownsText(push),
    drift: dashed(push.drift),
    "last success": push.lastSuccessAt === null ? "never" : moment(push.lastSuccessAt),
    ...(push.reason === null ? {} : { trouble: `${push.reason}: ${push.detail}` }),
    "ours there": String(push.held),
    undone: String(push.drifted),
    waiting: String(push.pending),
    "in trouble": String(push.troubled),
  });

export const roleLines = ({ roles }: Push): ReadonlyArray<Line> =>
  table<PushedRole>(
    {
      ROLE: ({ role, scope }) => (scope === "" ? role : `${role} in ${scope}`),
      "IS WRITTEN AS": ({ name, group }) => name ?? group,
      KIND: ({ kind }) => dashed(kind),
      ID: ({ group }) => group,
    },
    roles,
  );

export const problemLines = ({ problems }: Push): ReadonlyArray<Line> =>
  problems.length === 0
    ? []
    : [{ text: "" }, { text: "It must not write so", heading: true }, ...problems.map((text) => ({ text }))];
