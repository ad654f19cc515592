import { describe, expect, it } from "vitest";
import { accountLines, peopleText, whyNotLines } from "../../src/cli/account.ts";
import type { Account, Explanation, Reason } from "../../src/cli/client/index.ts";

const local = (hours: number, minutes: number) => new Date(2026, 10, 22, hours, minutes).toISOString();

const person = {
  id: "p1",
  connection: "scim",
  via: "new",
  active: true,
  userName: "ada",
  displayName: "Ada Lovelace",
  email: "ada@acme.test",
};

const reason: Reason = {
  rule: "engineers-develop",
  because: "group",
  connection: "scim",
  group: "Engineering",
  groupId: "g1",
  requestId: "01a2",
  cause: {
    id: "e1",
    at: local(16, 10),
    type: "group.members-changed",
    actorKind: "scim-token",
    actorId: "t1",
    data: {},
  },
  actorLabel: null,
  operator: null,
  note: null,
  decidedAt: null,
  until: null,
};

const account: Account = {
  id: "a1",
  active: true,
  activeBecause: "nobody says otherwise",
  createdAt: local(16, 0),
  people: [person],
  roles: [
    {
      role: "developer",
      scope: "",
      since: local(16, 10),
      decisionId: "d1",
      heldBy: null,
      mappingVersion: 3,
      reasons: [reason],
    },
  ],
  exclusions: [],
};

const texts = (shown: Account) => accountLines(shown).map(({ text }) => text);
const withReason = (more: Partial<Reason>): Account => ({
  ...account,
  roles: account.roles.map((role) => ({ ...role, reasons: [{ ...reason, ...more }] })),
});

describe("accountLines", () => {
  it("shows who, whether active and why, each role, and each reason on its own line", () => {
    expect(texts(account)).toEqual([
      "Ada Lovelace <ada@acme.test>  active",
      "  because nobody says otherwise",
      "  developer   since 2026-11-22 16:10, decision d1 by mapping version 3",
      '    because rule engineers-develop: member of group "Engineering" (connection scim), brought by request 01a2 at 16:10 (event e1)',
    ]);
  });

  it("names the scope", () => {
    const roles = account.roles.map((role) => ({ ...role, role: "editor", scope: "library:marketing" }));
    expect(texts({ ...account, roles })[2]).toBe(
      "  editor in library:marketing   since 2026-11-22 16:10, decision d1 by mapping version 3",
    );
  });

  it("says which fact it was where it was no group", () => {
    const shown = texts(withReason({ group: null, groupId: null, because: "attribute title" }));
    expect(shown[3]).toContain("rule engineers-develop: attribute title (connection scim), brought by");
  });

  it("says who granted it, when, until when and why, where an operator did", () => {
    const granted = {
      rule: "grant:g1",
      because: "grant",
      connection: null,
      group: null,
      groupId: null,
      operator: "Grace",
      note: "Audit",
      decidedAt: local(9, 0),
      until: local(18, 0),
    };
    expect(texts(withReason(granted))[3]).toBe(
      "    because Grace (operator) granted it on 2026-11-22 09:00, until 2026-11-22 18:00: Audit",
    );
    expect(texts(withReason({ ...granted, because: "invitation", until: null }))[3]).toBe(
      "    because Grace (operator) invited the person, and the role came with them on 2026-11-22 09:00: Audit",
    );
  });

  it("says which role an operator keeps from the account", () => {
    const exclusions = [
      { role: "editor", scope: "", operator: null, note: "Conflict", at: local(9, 0), until: null },
    ];
    expect(texts({ ...account, exclusions }).at(-1)).toBe(
      "  not editor: an operator excluded it on 2026-11-22 09:00: Conflict",
    );
    expect(whyNotLines("editor", { account: { ...account, exclusions }, whyNot: [] })).toEqual([
      { text: "  why not editor: an operator keeps it from this account, see above" },
    ]);
  });

  it("names a group that is gone by its id", () => {
    expect(texts(withReason({ group: null }))[3]).toContain("member of group g1 (connection scim)");
  });

  it("says what happened where no request brought it", () => {
    const cause = {
      id: "e1",
      at: local(16, 10),
      type: "connection.enabled",
      actorKind: "operator",
      actorId: "o1",
      data: {},
    };
    expect(texts(withReason({ requestId: null, cause }))[3]).toContain(
      "brought by connection.enabled (operator) at 16:10",
    );
  });

  it("names the token, client or operator behind it where their name may be seen", () => {
    expect(texts(withReason({ actorLabel: "okta prod" }))[3]).toContain(
      'brought by request 01a2 of scim-token "okta prod" at 16:10',
    );
  });

  it("names the run that read it", () => {
    const cause = {
      id: "e1",
      at: local(16, 10),
      type: "user.created",
      actorKind: "run",
      actorId: "r1",
      data: {},
    };
    expect(texts(withReason({ requestId: null, cause }))[3]).toContain("brought by run r1 at 16:10");
  });

  it("names the source's own event that made us read, and who did it there", () => {
    const data = { source: { event: "e-77", at: 0, actor: "root-id" } };
    const cause = {
      id: "e1",
      at: local(16, 10),
      type: "user.created",
      actorKind: "run",
      actorId: "r1",
      data,
    };
    expect(
      texts(withReason({ requestId: null, connection: "kc", cause, actorLabel: "change" }))[3],
    ).toContain("brought by event e-77 of kc, done by root-id there, read by run r1 (change) at 16:10");
  });

  it("says nothing about a cause that is gone", () => {
    expect(texts(withReason({ cause: null }))[3]).toMatch(/\(connection scim\)$/);
  });

  it("says why there is no role", () => {
    expect(texts({ ...account, roles: [] })[2]).toBe("  no roles: no rule of the mapping in force applies");
    const inactive = { ...account, active: false, activeBecause: "connection scim says inactive", roles: [] };
    expect(texts(inactive)).toEqual([
      "Ada Lovelace <ada@acme.test>  inactive",
      "  because connection scim says inactive",
      "  no roles, while inactive",
    ]);
  });
});

describe("peopleText", () => {
  it("names every person once, by userName where there is no email", () => {
    const other = { ...person, id: "p2", displayName: null, email: null };
    expect(peopleText({ people: [person, person, other] })).toBe("Ada Lovelace <ada@acme.test>, ada");
  });

  it("says so where nobody is left", () => {
    expect(peopleText({ people: [] })).toContain("nobody");
  });
});

describe("whyNotLines", () => {
  const shown = (role: string, whyNot: Explanation["whyNot"]) =>
    whyNotLines(role, { account, whyNot }).map(({ text }) => text);

  it("shows the nearest rules with what does not hold", () => {
    const miss = { rule: "bill", connection: "scim", blocked: null, failed: ["has title"] };
    const blocked = { rule: "bill", connection: "okta", blocked: "connection okta is disabled", failed: [] };
    expect(shown("billing", [miss, blocked])).toEqual([
      "  not billing: what is missing",
      "    rule bill, by what connection scim says:",
      "      does not hold: has title",
      "    rule bill, by what connection okta says:",
      "      nothing of it counts: connection okta is disabled",
    ]);
  });

  it("says so where no rule grants it, and where it is there", () => {
    expect(shown("billing", [])).toEqual(["  not billing: no rule in force grants it to this person"]);
    expect(shown("developer", [])).toEqual(["  why not developer: it is there"]);
  });
});
