/** Everybody in the directory and one person in it: lists compared with counts, absence only by a canary. */
import { Effect, Option, Stream } from "effect";
import {
  type Confirmed,
  ConnectorFailure,
  type Fact,
  type Found,
  type Gone,
  type OutboundRules,
  type Proof,
  type Source,
  type Suspect,
} from "../connector.ts";
import { branch, changes } from "./changes.ts";
import { type Directory, type Fault, page, pageSize } from "./directory.ts";

const notAllListed = (what: string, listed: number, counted: number) =>
  listed === 0
    ? new ConnectorFailure({
        reason: "forbidden",
        detail: `${counted} ${what} are counted and none is listed.`,
      })
    : new ConnectorFailure({
        reason: "malformed",
        detail: `${listed} ${what} are listed and ${counted} are counted.`,
      });

/** One list page by page, with its length compared to the directory's own count at the end. */
const listed = <A extends Fact>(
  what: string,
  list: ReadonlyArray<A>,
  before: number,
  fault: Fault | undefined,
  key: (item: A) => string,
) =>
  Stream.suspend(() => {
    const seen = new Set<string>();
    const next = Effect.fnUntraced(function* (first: number) {
      const items = yield* page(list, first, before, fault);
      for (const item of items) seen.add(key(item));
      const rest = first + pageSize;
      const more = items.length > 0 && rest < list.length;
      if (!more && seen.size !== list.length) return yield* notAllListed(what, seen.size, list.length);
      return [items, more ? Option.some(rest) : Option.none()] as const;
    });
    return Stream.paginate(0, next);
  });

/** The directory may hold them in any order; `sort` keeps the order of equals. */
const byGroup = (memberships: Directory["memberships"]) =>
  memberships.toSorted((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0));

const tally = (list: ReadonlyArray<Fact>) => ({ listed: list.length, counted: list.length });

const proof = (directory: Directory): Proof => ({
  _tag: "Proof",
  users: tally(directory.users),
  groups: tally(directory.groups),
  memberships: tally(directory.memberships),
});

export const inTime = (rules: OutboundRules) => {
  const late = () =>
    Effect.fail(new ConnectorFailure({ reason: "unavailable", detail: "The directory is silent." }));
  return <A>(effect: Effect.Effect<A, ConnectorFailure>) =>
    Effect.timeoutOrElse(effect, { duration: rules.timeoutMillis, orElse: late });
};

const everyone = (directory: Directory, fault: Fault | undefined, rules: OutboundRules): Source["everyone"] =>
  Stream.suspend(() => {
    const { users, groups, memberships } = directory;
    const edge = users.length + groups.length;
    const facts: Stream.Stream<Fact | Proof, ConnectorFailure> = Stream.concat(
      Stream.concat(
        listed("users", users, 0, fault, ({ id }) => id),
        listed("groups", groups, users.length, fault, ({ id }) => id),
      ),
      listed("memberships", byGroup(memberships), edge, fault, ({ group, user }) =>
        JSON.stringify([group, user]),
      ),
    );
    if (fault?._tag === "Silence") return Stream.fromEffect(inTime(rules)(Effect.never));
    return fault?._tag === "DropProof"
      ? facts
      : Stream.concat(
          facts,
          Stream.sync(() => proof(directory)),
        );
  });

const noCanary = new ConnectorFailure({
  reason: "forbidden",
  detail: "The directory shows nobody, so that something is not found says nothing.",
});

const one = (directory: Directory, fault: Fault | undefined) =>
  Effect.fn("memory.one")(function* (id: string) {
    const visible = yield* page(directory.users, 0, 0, fault);
    const user =
      fault === undefined || fault._tag === "FailChanges"
        ? directory.users.find((each) => each.id === id)
        : undefined;
    if (user === undefined)
      return yield* visible.length === 0 ? Effect.fail(noCanary) : Effect.succeed<Gone>({ _tag: "Gone" });
    const held = new Set(directory.memberships.filter((each) => each.user === id).map(({ group }) => group));
    return {
      _tag: "Found",
      user,
      groups: directory.groups.filter((group) => held.has(group.id)),
    } satisfies Found;
  });

const goneOf = ({ users, groups, memberships }: Directory, suspect: Suspect): ReadonlyArray<string> => {
  switch (suspect._tag) {
    case "User":
      return users.some(({ id }) => id === suspect.id) ? [] : [suspect.id];
    case "Group":
      return groups.some(({ id }) => id === suspect.id) ? [] : [suspect.id];
    case "Memberships": {
      const held = new Set(memberships.filter(({ user }) => user === suspect.user).map(({ group }) => group));
      return suspect.groups.map(({ id }) => id).filter((id) => !held.has(id));
    }
  }
};

const confirm = (directory: Directory, fault: Fault | undefined) =>
  Effect.fn("memory.confirm")(function* (suspect: Suspect) {
    const visible = yield* page(directory.users, 0, 0, fault);
    return visible.length === 0
      ? yield* noCanary
      : ({ gone: goneOf(directory, suspect) } satisfies Confirmed);
  });

export const makeSource = (directory: Directory, fault: Fault | undefined, rules: OutboundRules): Source => ({
  everyone: everyone(directory, fault, rules),
  one: (id) => inTime(rules)(one(directory, fault)(id)),
  confirm: (suspect) => inTime(rules)(confirm(directory, fault)(suspect)),
  ...(directory.identity === undefined ? {} : { identity: Effect.succeed(directory.identity) }),
  ...(directory.journal === undefined
    ? {}
    : {
        changes: (cursor) => inTime(rules)(changes(directory, fault, cursor)),
        branch: (id, kind) => inTime(rules)(branch(directory, fault, noCanary, id, kind)),
      }),
  ...(directory.blindSpots === undefined ? {} : { blindSpots: Effect.succeed(directory.blindSpots) }),
});
