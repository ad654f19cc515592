import { Clock, Effect } from "effect";
import type { Found, Gone } from "../../../connectors/connector.ts";
import {
  type AccountId,
  type DesiredRole,
  type DirectoryUserId,
  type Facts,
  type GroupKind,
  type JsonObject,
  type PersonFact,
  undecided,
} from "../../domain/index.ts";
import {
  type DeniedRole,
  type Difference,
  desiredRoles,
  difference,
  nearMisses,
} from "../../mapping/index.ts";
import {
  type ConnectionRow,
  findPulledUsers,
  loadStandings,
  newId,
  type TenantTx,
  userState,
} from "../../store/index.ts";
import { publishedMapping } from "../mapping-cache.ts";
import { soundUsers } from "../pull/index.ts";
import { type Matched, matchOf } from "./match.ts";
import { uncounted } from "./scope.ts";
import { supposedPerson } from "./supposed.ts";
import { pushesOf, type TracedPush } from "./writes.ts";

export interface TracedGroup {
  /** The source's own id. */
  readonly id: string;
  readonly name: string;
  readonly kind: GroupKind;
  /** We put them into it, so that it is no reason for anything. */
  readonly isOurs: boolean;
  /** Has it been read before? */
  readonly isKnown: boolean;
}

/** A role that rules grant and that does not come of it, with what is missing. */
export interface TracedMiss {
  readonly rule: string;
  readonly role: string;
  readonly missing: ReadonlyArray<string>;
}

export interface Traced {
  readonly sourceId: string;
  readonly read: { readonly resource: JsonObject | null; readonly groups: ReadonlyArray<TracedGroup> };
  /** Sentences: what is kept of it, and what is not and why. */
  readonly scope: { readonly kept: boolean; readonly sentences: ReadonlyArray<string> };
  readonly user: DirectoryUserId | null;
  readonly match: Matched;
  readonly map: {
    readonly active: boolean;
    readonly because: string;
    readonly roles: ReadonlyArray<DesiredRole>;
    readonly denied: ReadonlyArray<DeniedRole>;
    readonly misses: ReadonlyArray<TracedMiss>;
  };
  readonly act: Difference & { readonly pushes: ReadonlyArray<TracedPush> };
}

interface Whose {
  readonly row: ConnectionRow;
  readonly user: DirectoryUserId | undefined;
  readonly account: AccountId | null;
}

/** As they are now; `gone`: the source has nobody; `kept`: what is known of them stays. */
type Now = PersonFact | "gone" | "kept";

/** All that is known of the account, with this person as they are now. */
const factsWith = Effect.fnUntraced(function* (tx: TenantTx, { row, user, account }: Whose, person: Now) {
  const [standing] = account === null ? [] : yield* loadStandings(tx, [account]);
  const known = standing?.people ?? [];
  const others = known.filter(({ id }) => id !== user);
  const people = typeof person === "object" ? [...others, person] : person === "gone" ? others : known;
  const facts: Facts = {
    account: account ?? newId<AccountId>(),
    people,
    lost: [...(standing?.lost ?? []), ...(person === "gone" ? [row] : [])],
    decided: standing?.decided ?? undecided,
  };
  return { facts, roles: standing?.roles ?? [] };
});

const mapOf = Effect.fnUntraced(function* (tx: TenantTx, facts: Facts) {
  const { mapping } = yield* publishedMapping(tx);
  const now = yield* Clock.currentTimeMillis;
  const desired = desiredRoles(facts, mapping, now);
  const has = new Set<string>(desired.roles.map(({ role }) => role));
  const missing = [...mapping.roles.places.keys()].filter((role) => !has.has(role));
  const misses = missing.flatMap((role) =>
    nearMisses(facts, mapping, role, now).map(
      ({ rule, blocked, failed }): TracedMiss => ({
        rule,
        role,
        missing: [
          ...(blocked === null ? [] : [blocked]),
          ...failed.map(({ path, fact }) => `${path}: ${fact}`),
        ],
      }),
    ),
  );
  // Those that miss least tell most.
  const nearest = misses.toSorted((a, b) => a.missing.length - b.missing.length).slice(0, 10);
  return { desired, misses: nearest };
});

const followOn = Effect.fnUntraced(function* (tx: TenantTx, whose: Whose, person: Now) {
  const { facts, roles } = yield* factsWith(tx, whose, person);
  const { desired, misses } = yield* mapOf(tx, facts);
  const { active, because, denied } = desired;
  const pushes = yield* pushesOf(tx, whose.account, { active, roles: desired.roles });
  return {
    map: { active, because, roles: desired.roles, denied, misses },
    act: { ...difference(roles, desired.roles), pushes },
  };
});

const unlinked: Matched = {
  account: null,
  sentence: "There is nobody to match.",
  candidates: [],
};

const traceGone = Effect.fnUntraced(function* (tx: TenantTx, row: ConnectionRow, sourceId: string) {
  const [user] = yield* findPulledUsers(tx, row.id, [sourceId]);
  const state = userState(user?.resource ?? {}, false);
  const match = user === undefined ? unlinked : yield* matchOf(tx, row, user.id, state, user.id);
  const gone =
    user === undefined
      ? "The source has nobody of this id, and neither have we."
      : "The source has nobody of this id while it shows others: they are gone, and are removed here.";
  return {
    sourceId,
    read: { resource: null, groups: [] },
    scope: { kept: false, sentences: [gone] },
    user: user?.id ?? null,
    match,
    ...(yield* followOn(tx, { row, user: user?.id, account: match.account }, "gone")),
  } satisfies Traced as Traced;
});

const traceFound = Effect.fnUntraced(function* (tx: TenantTx, row: ConnectionRow, found: Found) {
  const sourceId = found.user.id;
  const { failures } = soundUsers([found.user]);
  const [stored] = yield* findPulledUsers(tx, row.id, [sourceId]);
  const user = stored?.id ?? newId<DirectoryUserId>();
  const state = userState({ ...found.user.resource, externalId: sourceId }, true);
  const match = yield* matchOf(tx, row, stored?.id, state, user);
  const { person, groups, marks } = yield* supposedPerson(tx, row, found, {
    user,
    account: match.account,
  });
  const ours = new Set(marks.filter(({ fact }) => fact === "membership").map(({ object }) => object));
  const refused = failures.map(({ detail }) => `It cannot be kept: ${detail} What was known stays.`);
  const sentences = [
    ...refused,
    ...uncounted(row),
    ...(person.isOurs ? ["We made this person there: only groups that others gave count."] : []),
    ...(groups.length < found.groups.length ? ["Some groups cannot be kept."] : []),
    ...(ours.size === 0 ? [] : [`${ours.size} of the groups are ours, and no reason for anything.`]),
  ];
  const whose = { row, user: stored?.id, account: match.account };
  return {
    sourceId,
    read: {
      resource: found.user.resource,
      groups: groups.map(({ externalId, name, kind, isKnown }) => ({
        id: externalId,
        name,
        kind,
        isKnown,
        isOurs: ours.has(externalId),
      })),
    },
    scope: {
      kept: failures.length === 0,
      sentences: sentences.length === 0 ? ["All of it is kept, and counts."] : sentences,
    },
    user: stored?.id ?? null,
    match,
    ...(yield* followOn(tx, whose, failures.length === 0 ? person : "kept")),
  } satisfies Traced as Traced;
});

/** What follows from what the source says of one person. Writes nothing. */
export const traceAnswer = Effect.fn("traceAnswer")(function* (
  tx: TenantTx,
  row: ConnectionRow,
  sourceId: string,
  answer: Found | Gone,
) {
  return yield* answer._tag === "Gone" ? traceGone(tx, row, sourceId) : traceFound(tx, row, answer);
});
