/** What a source told may have changed, asked for and kept: people and groups, each by id. */
import { Effect, Stream } from "effect";
import { type Because, ConnectorFailure, type Hint, type Source } from "../../../connectors/connector.ts";
import type { FailedObject, JsonObject } from "../../domain/index.ts";
import { takeBranch } from "./branch.ts";
import { keptGroups } from "./groups.ts";
import { keepPerson } from "./person.ts";
import { type Pull, toldOf } from "./pull.ts";
import { isSoundId, shown } from "./sound.ts";
import type { SuspectGroup } from "./suspects.ts";

export type Changes = NonNullable<Source["changes"]>;

const largestCursor = 1_000_000;

const tooLarge = new ConnectorFailure({
  reason: "malformed",
  detail:
    "The source gave a bookmark of more than one megabyte for its changes, which is not kept. Its changes are not followed; it is read on schedule.",
});

/** What changed since the cursor; without one, only a cursor for what happens from now on. */
export const askChanges = Effect.fn("askChanges")(function* (changes: Changes, cursor: JsonObject | null) {
  const answer = yield* changes(cursor);
  return JSON.stringify(answer.cursor).length > largestCursor ? yield* tooLarge : answer;
});

/** People asked for ahead of keeping. */
const ahead = 8;

export type UserHint = Extract<Hint, { readonly _tag: "User" }>;
export type GroupHint = Extract<Hint, { readonly _tag: "Group" }>;

/** Each thing once, for the last reason that was told. */
export interface Named {
  readonly users: ReadonlyMap<string, UserHint>;
  readonly groups: ReadonlyMap<string, GroupHint>;
}

export const namedIn = (hints: ReadonlyArray<Hint>): Named => {
  const users = hints.flatMap((hint) => (hint._tag === "User" ? [[hint.id, hint] as const] : []));
  const groups = hints.flatMap((hint) =>
    hint._tag === "Group" ? [[`${hint.kind} ${hint.id}`, hint] as const] : [],
  );
  return { users: new Map(users), groups: new Map(groups) };
};

/** What was read, by the source's ids: older news of these is not to be kept any more. */
export interface Reread {
  readonly users: Set<string>;
  readonly groups: Set<string>;
}

export interface Asked {
  /** Is trouble with a single object its own, so that the others go on? */
  readonly forgiving: boolean;
  readonly reread: Reread;
}

/** Nobody's trouble but the object's: asked again it would be the same. */
const itsOwn: ReadonlyArray<ConnectorFailure["reason"]> = ["malformed", "refused", "missing", "conflict"];

const toObject =
  (pull: Pull, kind: FailedObject["kind"], id: string, { forgiving }: Asked) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    effect.pipe(
      Effect.asVoid,
      Effect.catchIf(
        (error): error is E & ConnectorFailure =>
          error instanceof ConnectorFailure &&
          (itsOwn.includes(error.reason) || (forgiving && error.reason === "unavailable")),
        ({ reason, detail }) =>
          Effect.gen(function* () {
            // It changes faster than it can be asked for: news that may not wait for the schedule.
            if (reason === "conflict") pull.again = { why: "Something changed whenever it was read." };
            yield* pull.progress.add(kind === "user" ? "users" : "groups", { failed: 1 });
            yield* pull.progress.refuse([{ kind, id: shown(id), detail }]);
          }),
      ),
    );

const unsound = new ConnectorFailure({ reason: "malformed", detail: "Its id cannot be kept." });

const mustBeSound = (id: string) => (isSoundId(id) ? Effect.void : Effect.fail(unsound));

const because = (pull: Pull, reason: Because): Pull => ({ ...pull, because: reason });

/** What was moved below a group that is gone since is known below another one still. */
const noteMoves = Effect.fnUntraced(function* (pull: Pull, { id, movedInto, because: reason }: GroupHint) {
  if (movedInto !== true || (yield* keptGroups(pull)).has(id)) return;
  pull.again = { why: "A group is gone into which another one was moved.", ...toldOf(reason) };
});

const takeGroup = (pull: Pull, source: Source, hint: GroupHint, asked: Asked, visited: Set<string>) => {
  const { id, kind, because: reason } = hint;
  return mustBeSound(id).pipe(
    Effect.andThen(takeBranch(because(pull, reason), source, { id, kind }, visited)),
    Effect.andThen(noteMoves(pull, hint)),
    toObject(pull, "group", id, asked),
  );
};

/**
 * A person seems to have left groups. Where a group is gone itself, nothing was said of this person: all who were in it
 * lose it together, by what was concluded from that.
 */
const groupsLeft = (pull: Pull, source: Source, visited: Set<string>, asked: Set<string>) =>
  Effect.fnUntraced(function* (groups: ReadonlyArray<SuspectGroup>) {
    for (const { sourceId: id, kind } of groups) {
      if (asked.has(id)) continue;
      asked.add(id);
      const { gone } = yield* source.confirm({ _tag: "Group", id, kind });
      if (gone.includes(id)) yield* takeBranch(pull, source, { id, kind }, visited);
    }
  });

const takeUsers = Effect.fnUntraced(function* (
  pull: Pull,
  source: Source,
  users: ReadonlyArray<UserHint>,
  asked: Asked,
  visited: Set<string>,
) {
  const left = new Set<string>();
  yield* Stream.fromIterable(users).pipe(
    Stream.mapEffect(
      (hint) =>
        Effect.andThen(mustBeSound(hint.id), source.one(hint.id)).pipe(
          Effect.map((answer) => ({ hint, answer })),
          Effect.exit,
          Effect.map((exit) => ({ hint, exit })),
        ),
      { concurrency: ahead },
    ),
    Stream.runForEach(({ hint, exit }) => {
      const told = because(pull, hint.because);
      const keep = Effect.flatMap(exit, ({ answer }) => {
        const aboutLeft = groupsLeft(told, source, visited, left);
        return keepPerson({ ...told, named: true }, hint.id, answer, aboutLeft);
      });
      asked.reread.users.add(hint.id);
      return keep.pipe(toObject(pull, "user", hint.id, asked));
    }),
  );
});

/**
 * Reads and keeps all that is named. Groups first: what everyone in a group loses with it is no news of each of them.
 * What of a single object cannot be had or kept is listed; where the source as a whole does not answer, this fails.
 */
export const takeNamed = Effect.fn("takeNamed")(function* (
  pull: Pull,
  source: Source,
  { users, groups }: Named,
  asked: Asked,
) {
  const visited = new Set<string>();
  yield* Effect.forEach(groups.values(), (hint) => takeGroup(pull, source, hint, asked, visited), {
    discard: true,
  }).pipe(
    Effect.andThen(takeUsers(pull, source, [...users.values()], asked, visited)),
    Effect.ensuring(
      Effect.sync(() => {
        for (const id of visited) asked.reread.groups.add(id);
      }),
    ),
  );
});
