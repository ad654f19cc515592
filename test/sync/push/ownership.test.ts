/** Invariants 2 and 3, with two directories that are read and written, and rules that read back what is written. */
import { Effect } from "effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/store/index.ts";
import { engines } from "../../support/engines.ts";
import { openWorld, publishRules, type World } from "../../support/world.ts";
import {
  addRealm,
  addScim,
  converge,
  enforce,
  group,
  inTenant,
  member,
  membersOf,
  newOrganization,
  push,
  pushed,
  type Realm,
  read,
  rolesOf,
  settle,
  state,
  testConnector,
  user,
} from "./support.ts";

const roles = ["r1", "r2", "r3"];
const people = ["ada", "bob", "cyd"];
const inOkta = ["o1", "o2"];
const inRealm = { a: ["a1", "a2"], b: ["b1", "b2"] } as const;
type Slug = keyof typeof inRealm;

/** Which role a group gives, and which group a role leads to: any way round, also in a circle. */
const rule = fc.record({
  group: fc.constantFrom(
    ...inOkta.map((id) => ({ connection: "okta", id })),
    ...inRealm.a.map((id) => ({ connection: "a", id })),
    ...inRealm.b.map((id) => ({ connection: "b", id })),
  ),
  role: fc.constantFrom(...roles),
});
const lead = fc.record({
  role: fc.constantFrom(...roles),
  group: fc.constantFrom(...inRealm.a, ...inRealm.b),
});
const place = fc.constantFrom<readonly [Slug, string]>(["a", "a1"], ["a", "a2"], ["b", "b1"], ["b", "b2"]);
const op = fc.oneof(
  fc.record({
    do: fc.constant("okta" as const),
    who: fc.constantFrom("ada", "bob"),
    groups: fc.subarray(inOkta),
    active: fc.boolean(),
  }),
  fc.record({ do: fc.constant("join" as const), who: fc.constantFrom(...people), at: place }),
  fc.record({ do: fc.constant("leave" as const), who: fc.constantFrom(...people), at: place }),
  fc.record({
    do: fc.constantFrom("read" as const, "push" as const, "settle" as const),
    at: fc.constantFrom<Slug>("a", "b"),
  }),
);
const story = fc.record({
  rules: fc.array(rule, { minLength: 2, maxLength: 8 }),
  leads: fc.array(lead, { minLength: 2, maxLength: 6 }),
  leaving: fc.constantFrom("leave" as const, "disable" as const),
  ops: fc.array(op, { minLength: 4, maxLength: 14 }),
});
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

const sorted = (all: Iterable<string>) => [...new Set(all)].toSorted();

/** What is so without us: the truth that everything must follow from. */
class Truth {
  readonly okta = new Map<string, { readonly groups: ReadonlyArray<string>; readonly active: boolean }>();
  readonly native = new Set<string>();

  rolesOf(who: string, { rules }: Story): ReadonlyArray<string> {
    const stated = this.okta.get(who);
    // Okta has the say where it knows somebody.
    if (stated?.active === false) return [];
    const holds = ({ group: { connection, id } }: Story["rules"][number]) =>
      connection === "okta" ? stated?.groups.includes(id) : this.native.has(`${connection} ${who} ${id}`);
    const insider = who === "ada" ? [] : ["insider"];
    return sorted([...rules.filter(holds).map(({ role }) => role), ...insider]);
  }

  members(slug: Slug, told: Story): ReadonlyArray<string> {
    const native = [...this.native].filter((one) => one.startsWith(`${slug} `)).map((one) => one.slice(2));
    const led = people.flatMap((who) => {
      const has = this.rolesOf(who, told);
      // Somebody whom only realm a knows is nobody's in realm b, unless they are created there: then they are.
      return told.leads
        .filter(
          ({ role, group: to }) =>
            has.includes(role) && (inRealm[slug] as ReadonlyArray<string>).includes(to),
        )
        .map(({ group: to }) => `${who} ${to}`);
    });
    return sorted([...native, ...led]);
  }
}

describe.each(engines.filter(({ skip }) => !skip))(
  "what is ours, on the $name engine",
  ({ name, location }) => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld(await location(), [testConnector]);
    });
    afterAll(() => world?.dispose());

    const begin = Effect.fnUntraced(function* ({ rules, leads, leaving }: Story) {
      const organization = yield* newOrganization;
      const okta = yield* addScim(organization);
      const a = yield* addRealm(organization, "a");
      const b = yield* addRealm(organization, "b");
      const directory = newId();
      yield* inTenant(organization, (tx) =>
        Effect.promise(() => tx.db.updateTable("connection").set({ directory_id: directory }).execute()),
      );
      for (const [slug, realm] of Object.entries({ a, b })) {
        realm.outside.directory.groups = inRealm[slug as Slug].map(group);
      }
      a.outside.directory.users = [...a.outside.directory.users, user("k-bob", "bob"), user("k-cyd", "cyd")];
      yield* publishRules(
        organization,
        [...roles, "insider"],
        [
          ...rules.map(({ group: externalGroup, role }, index) => ({
            id: `rule-${index}`,
            when: { externalGroup },
            grant: [role],
          })),
          { id: "insider", when: { connection: "a" }, grant: ["insider"] },
          // Holds of whoever is not there, so that being made there must not make it hold.
          { id: "absent", when: { not: { connection: "okta" } }, grant: ["insider"] },
        ],
      );
      yield* state(organization, okta, "bob");
      yield* state(organization, okta, "ada");
      const realms = { a, b };
      for (const slug of ["a", "b"] as const) {
        yield* read(realms[slug]);
        const own = leads.filter(({ group: id }) => (inRealm[slug] as ReadonlyArray<string>).includes(id));
        yield* enforce(realms[slug], {
          creates: "with-roles",
          leaving,
          drift: "correct",
          roles: own.map(({ role, group: id }) => pushed(role, id)),
        });
      }
      return { organization, okta, realms };
    });

    const isMember = (realm: Realm, who: string, to: string) => membersOf(realm).includes(`${who} ${to}`);
    const idOf = ({ outside: { directory } }: Realm, who: string) =>
      directory.users.find(({ resource }) => resource["userName"] === who)?.id;

    const run = Effect.fnUntraced(function* (told: Story) {
      const { organization, okta, realms } = yield* begin(told);
      const both = [realms.a, realms.b];
      const truth = new Truth();
      truth.okta.set("ada", { groups: [], active: true }).set("bob", { groups: [], active: true });
      for (const one of told.ops) {
        if (one.do === "okta") {
          truth.okta.set(one.who, one);
          yield* state(organization, okta, one.who, one);
        } else if (one.do === "join" || one.do === "leave") {
          const [slug, to] = one.at;
          const { directory } = realms[slug].outside;
          const id = idOf(realms[slug], one.who);
          const isIn = isMember(realms[slug], one.who, to);
          if (id === undefined || isIn === (one.do === "join")) continue;
          const key = `${slug} ${one.who} ${to}`;
          if (one.do === "join") {
            directory.memberships = [...directory.memberships, member(to, id)];
            truth.native.add(key);
            continue;
          }
          directory.memberships = directory.memberships.filter(
            (each) => each.group !== to || each.user !== id,
          );
          // What was ours and is put in again by others before we look cannot be told from ours.
          if (!truth.native.delete(key)) yield* converge(both, 1);
        } else if (one.do === "read") yield* read(realms[one.at]);
        else if (one.do === "push") yield* push(realms[one.at]);
        else yield* settle(organization);
      }
      const check = Effect.fnUntraced(function* (of: Story) {
        yield* converge(both, 3);
        const expected = people.flatMap((who) => truth.rolesOf(who, told).map((has) => `${who} ${has}`));
        expect(yield* rolesOf(organization)).toEqual(sorted(expected));
        for (const slug of ["a", "b"] as const) {
          const known = new Set(
            realms[slug].outside.directory.users.map(({ resource }) => resource["userName"]),
          );
          const want = truth.members(slug, of).filter((each) => known.has(each.split(" ")[0] ?? ""));
          expect(membersOf(realms[slug])).toEqual(want);
        }
      });
      yield* check(told);
      // The origin drops everything: only what others stated there themselves is left, and what follows from it.
      for (const who of ["ada", "bob"]) {
        truth.okta.set(who, { groups: [], active: true });
        yield* state(organization, okta, who);
      }
      yield* check(told);
      const nothing = { ...told, leads: [] };
      for (const realm of both)
        yield* enforce(realm, { creates: "with-roles", leaving: told.leaving, drift: "correct" });
      yield* check(nothing);
      const natives = realms.a.outside.directory.users.filter(({ id }) => id.startsWith("k-"));
      expect(natives).toEqual([user("k-bob", "bob"), user("k-cyd", "cyd")]);
    });

    it("is no reason for anything, and goes when its origin drops it; what is not ours stays", async () => {
      const numRuns = Number(process.env["RUNS"] ?? (name === "embedded" ? 3 : 8));
      await fc.assert(
        fc.asyncProperty(story, (told) => world.runPromise(run(told))),
        { numRuns, interruptAfterTimeLimit: 200_000 },
      );
    }, 300_000);
  },
);
