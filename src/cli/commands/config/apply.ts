import { Effect, Result, Schema } from "effect";
import { Flag } from "effect/cli";
import { type Argument, changeOrganization } from "../../client/index.ts";
import {
  type Call,
  type Change,
  changeLines,
  readSecret,
  ShownChange,
  shownChanges,
} from "../../config/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking } from "../../define.ts";
import { type Line, say, type View } from "../../output/index.ts";
import { sentenceOf } from "../../sentence.ts";
import type { Kind } from "../../server.ts";
import { file, folderOf, prune, secrets, wantedChanges } from "./wanted.ts";

const Named = Schema.Struct({ __typename: Schema.String });
/** What comes back does not matter: it may be one thing or a list. */
const Anything = Schema.Union([Named, Schema.Array(Named)]);

const Applied = Schema.Struct({
  organization: Schema.String,
  done: Schema.Array(ShownChange),
  /** Null where nothing was refused. */
  failed: Schema.NullOr(Schema.Struct({ ...ShownChange.fields, because: Schema.String })),
  left: Schema.Array(ShownChange),
  /** Does a draft of the mapping wait to be published? */
  draft: Schema.Boolean,
});
type Applied = typeof Applied.Type;

type Secrets = ReadonlyMap<Call, string>;

/** Before anything is changed: nothing is done by halves because a variable is missing. */
const secretsOf = Effect.fnUntraced(function* (changes: ReadonlyArray<Change>, folder: string) {
  const found = new Map<Call, string>();
  for (const call of changes.flatMap(({ calls }) => calls)) {
    if (call.secret !== undefined) found.set(call, yield* readSecret(call.secret.from, folder));
  }
  return found;
});

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value);

const withSecret = (call: Call, value: string | undefined): Call["args"] => {
  const { settings } = call.args;
  if (call.secret === undefined || value === undefined) return call.args;
  const given = isList(settings?.value) ? settings.value : [];
  const all: Argument = {
    type: "[SettingInput!]!",
    value: [...given, { name: call.secret.name, value }],
  };
  return { ...call.args, settings: all };
};

const perform = Effect.fnUntraced(function* ({ calls }: Change, found: Secrets) {
  for (const call of calls) {
    const args = withSecret(call, found.get(call));
    if (call.answersText) yield* changeOrganization(call.field, args, Schema.String);
    else yield* changeOrganization(call.field, args, Anything);
  }
});

/** One after the other, up to the first that is refused. */
const performAll = Effect.fnUntraced(function* (changes: ReadonlyArray<Change>, found: Secrets) {
  for (const [index, change] of changes.entries()) {
    const result = yield* Effect.result(perform(change, found));
    if (Result.isFailure(result)) {
      const because = sentenceOf(result.failure);
      return { done: changes.slice(0, index), failed: { change, because }, left: changes.slice(index + 1) };
    }
  }
  return { done: changes, failed: null, left: [] };
});

const counted = (changes: ReadonlyArray<Change>): string => {
  const count = (sign: string) => changes.filter((change) => change.sign === sign).length;
  return `${count("+")} to add, ${count("~")} to change, ${count("-")} to remove`;
};

const agree = Effect.fnUntraced(function* (
  organization: string,
  changes: ReadonlyArray<Change>,
  agreed: boolean,
) {
  if (agreed || changes.length === 0) return;
  yield* say(
    changeLines(changes)
      .map(({ text }) => text)
      .join("\n"),
  );
  yield* confirm(organization, `This changes the organization ${organization}: ${counted(changes)}.`, agreed);
});

const failedLines = ({ failed, left }: Applied): ReadonlyArray<Line> =>
  failed === null
    ? []
    : [
        { text: "Refused", heading: true },
        ...changeLines([failed]),
        ...failed.because.split("\n").map((text) => ({ text: `    ${text}` })),
        ...(left.length === 0 ? [] : [{ text: "Not done", heading: true }, ...changeLines(left)]),
      ];

const talk = ({ done, failed, draft }: Applied): string | undefined => {
  if (failed !== null)
    return "What stands before the refusal is done. Put it right and apply again: the rest follows.";
  if (draft) {
    return "The mapping waits as the draft. To see whom it touches: rolebridge mapping preview\nTo put it in force: rolebridge mapping publish --apply, or apply the file with --publish";
  }
  return done.length === 0
    ? "Nothing to do: the organization is as the file says."
    : "Done. Each person gets it with the next news of them; for everyone now: rolebridge mapping publish --apply";
};

const view = (applied: Applied): View => ({
  lines: [
    ...(applied.done.length === 0 ? [] : [{ text: "Done", heading: true }, ...changeLines(applied.done)]),
    ...failedLines(applied),
  ],
  talk: talk(applied),
});

export const apply = (kinds: ReadonlyArray<Kind>) =>
  asking({
    name: "apply",
    does: "Makes the organization what a configuration file says. Exit code 2 when a draft of the mapping waits.",
    more: `Asks for the organization's slug to confirm; --yes does without. In the order scopes, roles, ladders, connections,
applications, guard, mapping; it stops at the first refusal and says what was done and what was not. Applied again, the rest follows;
what is so already is not touched. Removes roles, scopes and applications only with --prune, and never a connection.
Secrets are read where this command runs, and sent for new connections, with changed settings, and with --secrets.`,
    examples: [
      { command: "rolebridge config apply -f organization.yaml", description: "Shows it, and asks first" },
      {
        command: "rolebridge config apply -f organization.yaml --yes --publish",
        description: "Without asking, and with the mapping in force at once",
      },
    ],
    input: {
      file,
      prune,
      secrets,
      publish: Flag.Boolean("publish").pipe(
        Flag.withDescription("Put the mapping in force; else it is left as the draft."),
        Flag.withDefault(false),
      ),
      unchecked: Flag.Boolean("unchecked").pipe(
        Flag.withDescription("Store connections without trying them, and do not read them now."),
        Flag.withDefault(false),
      ),
      yes,
    },
    prints: Applied,
    run: Effect.fnUntraced(function* ({ file, yes, ...wish }) {
      const wanted = yield* wantedChanges(file, wish, kinds);
      const { organization } = wanted;
      const draft = !wish.publish && wanted.changes.some(({ section }) => section === "mapping");
      const changes = wanted.changes.filter(({ calls }) => calls.length > 0);
      const found = yield* secretsOf(changes, folderOf(file));
      yield* agree(organization, changes, yes);
      const { done, failed, left } = yield* performAll(changes, found);
      const [first] = failed === null ? [] : shownChanges([failed.change]);
      return {
        organization,
        done: shownChanges(done),
        failed: first === undefined || failed === null ? null : { ...first, because: failed.because },
        left: shownChanges(left),
        draft: draft && failed === null,
      };
    }),
    view,
    failed: ({ failed }) => failed !== null,
    pending: ({ draft }) => draft,
  });
