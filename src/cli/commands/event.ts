import { Option, Schema } from "effect";
import { Command, Flag } from "effect/cli";
import { askOrganization, Event } from "../client/index.ts";
import { asking, helped } from "../define.ts";
import { first } from "../limits.ts";
import { exactMoment, table } from "../output/index.ts";

const id = (name: string, help: string) =>
  Flag.String(name).pipe(Flag.withMetavar("ID"), Flag.withDescription(help), Flag.optional);

const optionalId = (value: Option.Option<string>) => ({ type: "ID", value: Option.getOrNull(value) });

const actor = ({ actorKind, actorId }: Event) => (actorId === null ? actorKind : `${actorKind} ${actorId}`);

const columns = {
  AT: ({ at }: Event) => exactMoment(at),
  EVENT: ({ type }: Event) => type,
  ABOUT: ({ subjectKind, subjectId }: Event) => `${subjectKind} ${subjectId}`,
  BY: actor,
  CONNECTION: ({ connection }: Event) => connection ?? "",
  REQUEST: ({ requestId }: Event) => requestId ?? "",
};

const more = (events: ReadonlyArray<Event>, wanted: number): string | undefined => {
  const last = events.at(-1);
  return last !== undefined && events.length === wanted
    ? `For older ones: rolebridge event list --before ${last.id}`
    : undefined;
};

const list = asking({
  name: "list",
  does: "Lists what happened, the newest first.",
  examples: [
    { command: "rolebridge event list -n 20", description: "The last twenty" },
    {
      command: "rolebridge event list --subject 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: "The history of one account, user, group or connection",
    },
  ],
  input: {
    first,
    subject: id("subject", "Only what happened to the thing with this id."),
    before: id("before", "Only what happened before this event."),
  },
  prints: Schema.Array(Event),
  run: ({ first, subject, before }) =>
    askOrganization(
      "events",
      { first: { type: "Int!", value: first }, subject: optionalId(subject), before: optionalId(before) },
      Schema.Array(Event),
    ),
  view: (events, { first }) => ({
    lines: table<Event>(columns, events),
    talk: events.length === 0 ? "Nothing has happened there." : more(events, first),
  }),
});

export const event = Command.make("event").pipe(
  Command.withSubcommands([list]),
  helped({
    does: "Events: what happened, who did it, in which request.",
    examples: [{ command: "rolebridge event list", description: "The newest first" }],
  }),
);
