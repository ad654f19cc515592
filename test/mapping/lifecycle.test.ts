import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConnectionKind, Facts } from "../../src/domain/index.ts";
import { authoritative, compile, desiredRoles, lifecycle } from "../../src/mapping/index.ts";
import {
  anyFacts,
  anyMapping,
  connection,
  facts,
  group,
  groupId,
  mapping,
  now,
  person,
  rule,
} from "./support.ts";

const okta = connection("okta");
const cloak = connection("cloak", { kind: "keycloak" });
const login = connection("login", { kind: "saml" });
const table = compile(mapping(rule("a", { groupName: { equals: "group 1" } }, ["r"])));
const member = (number: number, more: Parameters<typeof person>[1]) =>
  person(number, { groups: [group(1)], ...more });
const slugs = (all: Facts) => authoritative(all).map(({ slug }) => slug);
const isActive = (all: Facts) => lifecycle(all).active;

describe("lifecycle authority", () => {
  it("belongs to SCIM alone where there is SCIM", () => {
    expect(slugs(facts([person(1), person(2, { connection: cloak })]))).toEqual(["okta"]);
    expect(slugs(facts([person(2, { connection: cloak })], [okta]))).toEqual(["okta"]);
  });

  it.each<[ConnectionKind, boolean]>([
    ["scim", true],
    ["keycloak", true],
    ["zitadel", true],
    ["saml", false],
    ["oidc", false],
    ["scim-client", false],
  ])("without another source: %s has it: %s", (kind, has) => {
    expect(slugs(facts([person(1, { connection: connection("one", { kind }) })]))).toEqual(
      has ? ["one"] : [],
    );
  });

  it("is what the setting says where it says something", () => {
    const strong = { ...login, lifecycleAuthority: true };
    const weak = { ...okta, lifecycleAuthority: false };
    expect(slugs(facts([person(1, { connection: strong }), person(2, { connection: weak })]))).toEqual([
      "login",
    ]);
  });

  it("stays with a disabled connection: whom it said inactive, or deleted, stays without roles", () => {
    const off = { ...okta, enabled: false };
    const said = [person(1, { connection: off, active: false }), person(2, { connection: cloak })];
    expect(slugs(facts(said))).toEqual(["okta"]);
    expect(isActive(facts(said))).toBe(false);
    expect(isActive(facts([person(2, { connection: cloak })], [off]))).toBe(false);
    expect(isActive(facts([person(1, { connection: off }), person(2, { connection: cloak })]))).toBe(true);
  });
});

describe("an account", () => {
  it("is active where nobody says otherwise, even without anybody", () => {
    expect(lifecycle(facts([]))).toEqual({
      active: true,
      because: "no connection with lifecycle authority says otherwise",
    });
  });

  it("has no roles and no denials while an authority says inactive", () => {
    const all = facts([member(1, { active: false }), member(2, { connection: cloak })]);
    expect(desiredRoles(all, table, now)).toEqual({
      active: false,
      because: "connection okta says inactive",
      roles: [],
      denied: [],
      outranked: [],
      missed: [],
      newScopes: [],
      evaluated: 0,
    });
  });

  it("loses only that connection's reasons where the connection has no authority", () => {
    const all = facts([member(1, {}), member(2, { connection: cloak, active: false })]);
    const { active, roles } = desiredRoles(all, table, now);
    expect(active).toBe(true);
    expect(roles.flatMap(({ reasons }) => reasons.map(({ connection: id }) => id))).toEqual([okta.id]);
  });

  it("stays while its authority still has another active person for it", () => {
    expect(isActive(facts([person(1, { active: false }), person(2)]))).toBe(true);
    expect(isActive(facts([person(1, { active: false }), person(2, { active: false })]))).toBe(false);
  });

  it("gets nothing from a disabled connection", () => {
    const off = { ...okta, enabled: false };
    expect(desiredRoles(facts([member(1, { connection: off })]), table, now).roles).toEqual([]);
  });

  it("names every objection in order and nothing about the person", () => {
    const zitadel = connection("zita", { kind: "zitadel", lifecycleAuthority: true });
    const all = facts([person(1, { active: false, attributes: { userName: "ada" } })], [zitadel]);
    expect(lifecycle(all).because).toBe("connection okta says inactive, connection zita deleted the person");
  });
});

describe("a deletion", () => {
  it("suspends where the connection has authority, though a weaker source still asserts the person", () => {
    const all = facts([member(2, { connection: cloak })], [okta]);
    expect(desiredRoles(all, table, now)).toMatchObject({
      because: "connection okta deleted the person",
      roles: [],
    });
  });

  it("is over when the connection has the person again", () => {
    expect(isActive(facts([person(1)], [okta]))).toBe(true);
  });

  it("takes only its own reasons where the connection has no authority", () => {
    expect(desiredRoles(facts([member(1, {})], [cloak]), table, now).roles).toHaveLength(1);
  });

  it("never reactivates an account", () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(3), (all, at) => {
        const gone = all.people[at];
        fc.pre(gone !== undefined && !isActive(all));
        const people = all.people.filter((_, index) => index !== at);
        const lost = gone === undefined ? all.lost : [...all.lost, gone.connection];
        expect(isActive({ ...all, people, lost })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe("who does not count", () => {
  it("could as well not be there: inactive people and disabled connections give no reason", () => {
    fc.assert(
      fc.property(anyFacts, anyMapping, (all, any) => {
        const { roles, denied } = desiredRoles(all, compile(any), now);
        const counted: ReadonlyArray<string | null> = all.people
          .filter(({ active, connection: { enabled } }) => active && enabled)
          .map(({ id }) => id);
        const reasons = [...roles, ...denied].flatMap((one) => one.reasons);
        expect(reasons.every((reason) => counted.includes(reason.person))).toBe(true);
      }),
    );
  });

  it("comes back with the connection", () => {
    const off = connection("entra", { enabled: false });
    const all = (entra: typeof off) =>
      facts([person(1), member(2, { connection: entra, groups: [group(1)] })]);
    const groups = (entra: typeof off) =>
      desiredRoles(all(entra), table, now).roles.flatMap(({ reasons }) =>
        reasons.map((reason) => reason.group),
      );
    expect(groups(off)).toEqual([]);
    expect(groups({ ...off, enabled: true })).toEqual([groupId(1)]);
  });
});

describe("a connection that waits for the plan of its first sync", () => {
  const waiting = connection("new", { kind: "keycloak", waits: true, lifecycleAuthority: true });

  it("gives nothing and says of nobody that they are inactive or gone", () => {
    const known = member(1, {});
    const all = facts([known, person(2, { connection: waiting, active: false })]);
    expect(lifecycle(all).active).toBe(true);
    expect(slugs(all)).toEqual(["okta"]);
    expect(lifecycle(facts([known], [waiting])).active).toBe(true);
    expect(desiredRoles(facts([person(1), member(2, { connection: waiting })]), table, now).roles).toEqual(
      [],
    );
  });

  it("leaves inactive whom it alone knows, or knew, and says so", () => {
    const because = "connection new waits for the plan of its first sync";
    for (const alone of [facts([member(1, { connection: waiting })]), facts([], [waiting])]) {
      expect(lifecycle(alone)).toEqual({ active: false, because });
      expect(desiredRoles(alone, table, now).roles).toEqual([]);
    }
  });

  it("counts as if it were not there, whatever the facts and the rules", () => {
    fc.assert(
      fc.property(anyFacts, anyMapping, (all, rules) => {
        const [first] = [...all.people.map((one) => one.connection), ...all.lost];
        if (first === undefined) return;
        const { id } = first;
        const made = compile(rules);
        const waits = desiredRoles(
          {
            ...all,
            people: all.people.map((one) =>
              one.connection.id === id ? { ...one, connection: { ...one.connection, waits: true } } : one,
            ),
            lost: all.lost.map((one) => (one.id === id ? { ...one, waits: true } : one)),
          },
          made,
          now,
        );
        const people = all.people.filter((one) => one.connection.id !== id);
        const lost = all.lost.filter((one) => one.id !== id);
        const isKnown = lost.length > 0 || people.some((one) => !one.isOurs);
        const isKnownThere =
          all.lost.some((one) => one.id === id) ||
          all.people.some((one) => one.connection.id === id && !one.isOurs);
        if (!isKnown && isKnownThere) expect(waits).toMatchObject({ active: false, roles: [] });
        else {
          const without = desiredRoles({ ...all, people, lost }, made, now);
          expect(waits).toMatchObject({ active: without.active, roles: without.roles });
        }
      }),
      { numRuns: 500 },
    );
  });
});
