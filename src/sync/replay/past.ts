/** Facts, and roles in force, as they were at a moment. */
import {
  type ConnectionFact,
  type ConnectionId,
  type EventId,
  type Facts,
  type GroupFact,
  type PersonFact,
  withoutOurs,
} from "../../domain/index.ts";
import { byText } from "../../mapping/index.ts";
import type {
  Lasting,
  PastAccount,
  PastConnection,
  PastDecision,
  PastGroup,
  PastLink,
  PastMembership,
  Window,
} from "../../store/index.ts";

/** One account's past, with a moment for each transaction that touched it. */
export interface Past {
  readonly account: PastAccount;
  readonly connections: ReadonlyArray<PastConnection>;
  /** When what a transaction did became true, by when it began: facts and the decision that follows come together. */
  readonly moments: ReadonlyMap<number, number>;
}

const ofLink = ({ states, memberships, marks: _marks, ...link }: PastLink): ReadonlyArray<Lasting> => [
  link,
  ...states,
  ...memberships.flatMap((membership) => [membership, ...membership.states]),
];

/** Each thing that a transaction did: when it began, and when it did this. */
const deeds = (account: PastAccount, connections: ReadonlyArray<PastConnection>) => {
  const { links, lost, suspensions, grants, exclusions, decisions } = account;
  const lasting = [...links.flatMap(ofLink), ...lost, ...suspensions, ...connections];
  const sides = lasting.flatMap(({ learned, learnedIn, forgotten, forgottenIn }) => [
    [learnedIn, learned] as const,
    ...(forgotten === null || forgottenIn === null ? [] : [[forgottenIn, forgotten] as const]),
  ]);
  const decided = [...grants, ...exclusions].flatMap(({ created, ended }) =>
    [created, ...(ended === null ? [] : [ended])].map((at) => [at, at] as const),
  );
  return [...sides, ...decided, ...decisions.map((decision) => [decision.in, decision.at] as const)];
};

export const pastOf = (account: PastAccount, connections: ReadonlyArray<PastConnection>): Past => {
  const moments = new Map<number, number>();
  for (const [began, at] of deeds(account, connections))
    moments.set(began, Math.max(at, moments.get(began) ?? at));
  return { account, connections, moments };
};

/** The moments in the window at which something changed, its beginning first. */
export const changesIn = ({ moments }: Past, { from, to }: Window): ReadonlyArray<number> => {
  const inside = [...moments.values()].filter((at) => at > from && at <= to);
  return [...new Set([from, ...inside])].toSorted((a, b) => a - b);
};

const holdsAt =
  ({ moments }: Past, moment: number) =>
  ({ learned, learnedIn, forgotten, forgottenIn }: Lasting): boolean =>
    (moments.get(learnedIn) ?? learned) <= moment &&
    (forgotten === null || moment < (moments.get(forgottenIn ?? forgotten) ?? forgotten));

type Holds = (of: Lasting) => boolean;

const groupOf = ({ group, cause }: PastMembership, { externalId, kind, name }: PastGroup): GroupFact => ({
  id: group,
  externalId,
  kind,
  name,
  cause,
});

const groupsAt = (memberships: ReadonlyArray<PastMembership>, holds: Holds): ReadonlyArray<GroupFact> =>
  memberships
    .filter(holds)
    .flatMap((membership) => membership.states.filter(holds).map((state) => groupOf(membership, state)));

const personAt = (
  { user, states, memberships, marks }: PastLink,
  holds: Holds,
  connections: ReadonlyMap<ConnectionId, ConnectionFact>,
): ReadonlyArray<PersonFact> =>
  states.filter(holds).flatMap(({ connection: id, active, attributes, cause }) => {
    const connection = connections.get(id);
    return connection === undefined
      ? []
      : [
          withoutOurs(
            { id: user, connection, active, attributes, groups: groupsAt(memberships, holds), cause },
            marks.filter(holds),
          ),
        ];
  });

const connectionsAt = ({ connections }: Past, holds: Holds): ReadonlyMap<ConnectionId, ConnectionFact> =>
  new Map(
    connections
      .filter(holds)
      .map(({ id, slug, kind, enabled, lifecycleAuthority, waits }) => [
        id,
        { id, slug, kind, enabled, lifecycleAuthority, waits: waits === true },
      ]),
  );

/** What operators had decided and not ended. What expires by itself is still there: the mapping looks at the time. */
const decidedAt = <Fact extends { readonly created: number; readonly ended: number | null }>(
  { moments }: Past,
  facts: ReadonlyArray<Fact>,
  moment: number,
): ReadonlyArray<Omit<Fact, "created" | "ended">> =>
  facts
    .filter(
      ({ created, ended }) =>
        (moments.get(created) ?? created) <= moment &&
        (ended === null || moment < (moments.get(ended) ?? ended)),
    )
    .map(({ created: _created, ended: _ended, ...fact }) => fact);

const suspendedAt = ({ suspensions }: PastAccount, holds: Holds): EventId | null =>
  suspensions.findLast(holds)?.cause ?? null;

/** The facts about the account at `moment`, as `loadFacts` would have read them. */
export const factsAt = (past: Past, moment: number): Facts => {
  const { account, links, lost, grants, exclusions } = past.account;
  const holds = holdsAt(past, moment);
  const connections = connectionsAt(past, holds);
  const gone = new Set(lost.filter(holds).map(({ connection }) => connection));
  return {
    account,
    people: links
      .filter(holds)
      .flatMap((link) => personAt(link, holds, connections))
      .toSorted((a, b) => byText(a.id, b.id)),
    lost: [...gone].flatMap((id) => connections.get(id) ?? []),
    decided: {
      suspended: suspendedAt(past.account, holds),
      grants: decidedAt(past, grants, moment),
      exclusions: decidedAt(past, exclusions, moment),
    },
  };
};

/** The last decision up to `moment`: what was in force then. */
export const decisionAtMoment = ({ account, moments }: Past, moment: number): PastDecision | undefined =>
  account.decisions.findLast((decision) => (moments.get(decision.in) ?? decision.at) <= moment);
