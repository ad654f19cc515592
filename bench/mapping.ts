/**
 * What evaluating one account costs: `node bench/mapping.ts`, or `npm run bench -- mapping`. With 200 rules and with
 * 10 against 10,000, of every kind, for accounts in 10 groups each; and what explaining a role costs for somebody in
 * 200 groups. Figures are medians over stretches of work long enough to collect their own garbage, so that neighbours
 * on the machine do not count, but memory does.
 */
import {
  AccountId,
  type ConnectionFact,
  ConnectionId,
  DirectoryGroupId,
  DirectoryUserId,
  EventId,
  type Facts,
  RoleKey,
  undecided,
} from "../src/domain/index.ts";
import { type Catalogue, compile, desiredRoles, explain, type Rule } from "../src/mapping/index.ts";

const uuid = (number: number) => `0198a5c3-7d21-7000-8000-${number.toString(16).padStart(12, "0")}`;
const now = Date.parse("2026-06-01T12:00:00Z");
const groupsEach = 10;
const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const roles = Array.from({ length: 40 }, (_, index) => RoleKey.make(`role-${index}`));
const roleAt = (index: number) => roles[index % roles.length] ?? RoleKey.make("role");

const catalogue: Catalogue = {
  ladders: Array.from({ length: 8 }, (_, index) => roles.slice(index * 3, index * 3 + 3)),
  reserved: new Set(roles.slice(30, 32)),
  scopes: new Set(Array.from({ length: 50 }, (_, index) => `library:${index}`)),
};

/** Ten rules, one of each kind; what they name lies apart for every ten. */
const forms: ReadonlyArray<(index: number) => Omit<Rule, "id">> = [
  (index) => ({ when: { group: DirectoryGroupId.make(uuid(index)) }, grant: [roleAt(index)] }),
  (index) => ({ when: { group: DirectoryGroupId.make(uuid(index)) }, grant: [roleAt(index)] }),
  (index) => ({
    when: { all: [{ connection: "okta" }, { group: DirectoryGroupId.make(uuid(index)) }] },
    grant: [roleAt(index), { role: roleAt(index + 1), scope: "north" }],
  }),
  (index) => ({
    when: { externalGroup: { connection: "okta", id: `ext-${index}` } },
    grant: [roleAt(index)],
    validFrom: "2026-01-01",
  }),
  (index) => ({ when: { groupName: { equals: `team ${index}` } }, grant: [roleAt(index)] }),
  (index) => ({ when: { groupName: { prefix: `unit-${index}-` } }, grant: [roleAt(index)] }),
  (index) => ({ when: { groupName: { glob: `site-${index}-*-staff` } }, grant: [roleAt(index)] }),
  (index) => ({
    when: { groupName: { glob: `lib${index}-{scope}` } },
    grant: [{ role: roleAt(index), scopeFrom: "library:{scope}" }],
  }),
  (index) => ({
    when: { attribute: { name: `${urn}:department`, equals: `Department ${index}` } },
    grant: [roleAt(index)],
  }),
  (index) => ({ when: { group: DirectoryGroupId.make(uuid(index)) }, deny: [roleAt(index + 7)] }),
];

const rulesOf = (count: number): ReadonlyArray<Rule> =>
  Array.from({ length: count }, (_, index) => ({
    id: `rule-${index}`,
    ...(forms[index % forms.length] ?? forms[0])?.(index),
  })) as ReadonlyArray<Rule>;

const okta: ConnectionFact = {
  id: ConnectionId.make(uuid(1)),
  slug: "okta",
  kind: "scim",
  enabled: true,
  lifecycleAuthority: null,
};

/** A name by which the group meets the rule of its number, if there is one. */
const nameOf = (index: number): string => {
  const kind = index % forms.length;
  if (kind === 4) return `team ${index}`;
  if (kind === 5) return `unit-${index}-sales`;
  if (kind === 6) return `site-${index}-sales-staff`;
  return kind === 7 ? `lib${index}-${index % 50}` : `group ${index}`;
};

/**
 * `reach`: among how many rules those stand that the account meets; `mapped`: how many of its groups meet one;
 * `groups`: how many it is in.
 */
const accountOf = (number: number, reach: number, mapped: number, groups = groupsEach): Facts => ({
  account: AccountId.make(uuid(number)),
  lost: [],
  decided: undecided,
  people: [
    {
      id: DirectoryUserId.make(uuid(number)),
      isOurs: false,
      connection: okta,
      active: true,
      attributes: {
        userName: `u${number}`,
        [urn]: { department: `Department ${(number * 10 + 8) % reach}` },
      },
      cause: EventId.make(uuid(number)),
      groups: Array.from({ length: groups }, (_, at) => {
        // One group of each kind, so that an account meets as many of 10 rules as of 10,000.
        const ten = number + Math.floor(at / 10);
        const index = at < mapped ? (ten * 10 + ((at * 3) % 10)) % reach : 1_000_000 + number * groups + at;
        const id = DirectoryGroupId.make(uuid(index));
        return {
          id,
          externalId: `ext-${index}`,
          kind: "group" as const,
          name: nameOf(index),
          cause: EventId.make(uuid(at)),
        };
      }),
    },
  ],
});

interface Measured {
  readonly perSecond: number;
  readonly mapped: number;
  readonly roles: number;
  readonly reasons: number;
}

const accountsEach = 1000;
const warmRounds = 30;
const stretches = 31;
const roundsEach = 10;

/** Seconds of this process's own CPU time. */
const cpuTime = (work: () => void): number => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
};

const median = (figures: ReadonlyArray<number>): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;

/** Evaluations per second of CPU time. */
const measure = (count: number, reach = count, mapped = groupsEach): Measured => {
  const mapping = compile({ rules: rulesOf(count) }, catalogue);
  const accounts = Array.from({ length: accountsEach }, (_, index) => accountOf(index, reach, mapped));
  const found = accounts.flatMap((facts) => desiredRoles(facts, mapping, now).roles);
  let seen = 0;
  const round = () => {
    for (const facts of accounts) seen += desiredRoles(facts, mapping, now).roles.length;
  };
  for (let warm = 0; warm < warmRounds; warm++) round();
  const stretch = () => {
    for (let rounds = 0; rounds < roundsEach; rounds++) round();
  };
  const spent = median(Array.from({ length: stretches }, () => cpuTime(stretch)));
  if (seen !== (warmRounds + stretches * roundsEach) * found.length)
    throw new Error("The evaluations differ.");
  return {
    perSecond: (roundsEach * accounts.length) / spent,
    mapped,
    roles: found.length / accounts.length,
    reasons: found.flatMap(({ reasons }) => reasons).length / accounts.length,
  };
};

/** The same for facts that nobody has looked at yet, as a transaction reads them: their texts are all new. */
const measureFresh = (count: number, mapped: number): number => {
  const mapping = compile({ rules: rulesOf(count) }, catalogue);
  const texts = Array.from({ length: accountsEach }, (_, index) =>
    JSON.stringify(accountOf(index, count, mapped)),
  );
  let seen = 0;
  const round = () => {
    const accounts: ReadonlyArray<Facts> = texts.map((text) => JSON.parse(text));
    return cpuTime(() => {
      for (const facts of accounts) seen += desiredRoles(facts, mapping, now).roles.length;
    });
  };
  const spent = Array.from({ length: warmRounds + stretches * 3 }, round).slice(warmRounds);
  if (seen === 0) throw new Error("Nobody has a role.");
  return accountsEach / median(spent);
};

const asked = RoleKey.make("asked");

/** Milliseconds of CPU time to explain a role that every one of 1,000 rules grants, for somebody in 200 groups. */
const measureExplain = () => {
  const rules = rulesOf(1000).map((rule) => ({ ...rule, grant: [...(rule.grant ?? []), asked] }));
  const mapping = compile({ rules }, catalogue);
  const people = Array.from({ length: stretches }, (_, index) => accountOf(index, 1000, 100, 200));
  const spent = people.map(
    (facts) =>
      1e3 *
      cpuTime(() => {
        const { roles, misses } = explain(facts, mapping, asked, now);
        if (roles.length !== 1 || misses.length < 800) throw new Error("The explanation is another one.");
      }),
  );
  return { first: spent[0] ?? Number.NaN, usual: median(spent), most: Math.max(...spent) };
};

const report = (count: number, { perSecond, mapped, roles: each, reasons }: Measured): void =>
  console.log(
    `${String(count).padStart(6)} rules, ${groupsEach} groups each, ${mapped} of them in rules: ${Math.round(perSecond).toLocaleString("en")} ` +
      `evaluations per CPU second (${each.toFixed(1)} roles, ${reasons.toFixed(1)} reasons each)`,
  );

/** Prints evaluations per CPU second, and by what factor 10,000 rules cost more than 10. */
export const measureMapping = async (): Promise<void> => {
  report(200, measure(200, 200, 3));
  report(200, measure(200));
  const fresh = [3, 10].map((mapped) => Math.round(measureFresh(200, mapped)).toLocaleString("en"));
  console.log(`   200 rules and facts never looked at before: ${fresh.join(" and ")}`);
  const few = measure(10);
  const many = measure(10_000, 10);
  report(10, few);
  report(10_000, many);
  const factor = (few.perSecond / many.perSecond).toFixed(2);
  console.log(`10,000 rules cost ${factor} times what 10 cost for the same accounts (at most 1.5 wanted)`);
  const { first, usual, most } = measureExplain();
  console.log(
    `explaining a role that 1,000 rules grant to somebody in 200 groups: ${usual.toFixed(1)} ms of CPU, ` +
      `the first ${first.toFixed(1)} ms, at most ${most.toFixed(1)} ms (at most 50 ms wanted)`,
  );
};

if (import.meta.main) await measureMapping();
