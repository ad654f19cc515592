/**
 * What evaluating one account costs: `node bench/mapping.ts`, or `npm run bench -- mapping`. With 200 rules and with
 * 10 against 10,000, of every kind, for accounts in 10 groups each.
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
import { type Catalogue, compile, desiredRoles, type Rule } from "../src/mapping/index.ts";

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

/** `reach`: among how many rules those stand that the account meets; `mapped`: how many of its groups meet one. */
const accountOf = (number: number, reach: number, mapped: number): Facts => ({
  account: AccountId.make(uuid(number)),
  lost: [],
  decided: undecided,
  people: [
    {
      id: DirectoryUserId.make(uuid(number)),
      connection: okta,
      active: true,
      attributes: {
        userName: `u${number}`,
        [urn]: { department: `Department ${(number * 10 + 8) % reach}` },
      },
      cause: EventId.make(uuid(number)),
      groups: Array.from({ length: groupsEach }, (_, at) => {
        // One group of each kind, so that an account meets as many of 10 rules as of 10,000.
        const index = at < mapped ? (number * 10 + ((at * 3) % 10)) % reach : 1_000_000 + number * 10 + at;
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

const seconds = 1.5;

/** Evaluations per second of this process's own CPU time. */
const measure = (count: number, reach = count, mapped = groupsEach): Measured => {
  const mapping = compile({ rules: rulesOf(count) }, catalogue);
  const accounts = Array.from({ length: 1000 }, (_, index) => accountOf(index, reach, mapped));
  const found = accounts.flatMap((facts) => desiredRoles(facts, mapping, now).roles);
  let seen = 0;
  const round = () => {
    for (const facts of accounts) seen += desiredRoles(facts, mapping, now).roles.length;
  };
  for (let warm = 0; warm < 30; warm++) round();
  const start = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  let rounds = 0;
  for (; spent() < seconds; rounds++) round();
  if (seen < rounds * found.length) throw new Error("The evaluations differ.");
  return {
    perSecond: (rounds * accounts.length) / spent(),
    mapped,
    roles: found.length / accounts.length,
    reasons: found.flatMap(({ reasons }) => reasons).length / accounts.length,
  };
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
  const few = measure(10);
  const many = measure(10_000, 10);
  report(10, few);
  report(10_000, many);
  const factor = (few.perSecond / many.perSecond).toFixed(2);
  console.log(`10,000 rules cost ${factor} times what 10 cost for the same accounts (at most 1.5 wanted)`);
};

if (import.meta.main) await measureMapping();
