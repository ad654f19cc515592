/** What must be done to get from what there is to what a document says, and in which order. */
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { connectors } from "../../../connectors/index.ts";
import {
  type Change,
  changeLines,
  changesTo,
  normal,
  readConfiguration,
  type Wish,
} from "../../../src/cli/config/index.ts";
import { emptyMapping, type Mapping } from "../../../src/mapping/index.ts";

const read = (lines: string) => Result.getOrThrow(readConfiguration(`version: 1\n${lines}`, connectors));
const plain: Wish = { prune: false, publish: false, secrets: false, unchecked: false };

const between = (now: string, wanted: string, wish: Partial<Wish> = {}, draft?: Mapping) =>
  changesTo(read(wanted), { now: normal(read(now)), draft }, { ...plain, ...wish }, connectors);
const lines = (changes: ReadonlyArray<Change>) => changeLines(changes).map(({ text }) => text);
const fields = (changes: ReadonlyArray<Change>) =>
  changes.flatMap(({ calls }) => calls.map(({ field }) => field));

const keycloak = (more = "") =>
  `connections:\n  - { slug: main, kind: keycloak, settings: { baseUrl: "https://id.acme.test", realm: acme, clientId: rb }${more} }`;

describe("the difference", () => {
  it("is nothing where a section is not there", () => {
    expect(between("roles: [{ key: a }]\nguard: { organization: {} }", "")).toEqual([]);
  });

  it("of roles is what differs, and one that is not in the file is kept unless pruned", () => {
    const now = "roles: [{ key: a, description: old, permissions: [x] }, { key: b }]";
    const wanted = "roles: [{ key: a, permissions: [y, x] }, { key: c, reserved: true }]";
    expect(lines(between(now, wanted))).toEqual([
      "~ role a",
      '    description: "old" -> ""',
      '    permissions: ["x"] -> ["x","y"]',
      "+ role c",
      "    reserved: true",
      "= role b",
      "    not in the file, kept; --prune removes it",
    ]);
    expect(lines(between(now, wanted, { prune: true })).at(-1)).toBe("- role b");
    expect(fields(between(now, wanted))).toEqual(["setRole", "createRole"]);
    expect(fields(between(now, wanted, { prune: true }))).toEqual(["setRole", "createRole", "deleteRole"]);
  });

  it("names in setRole only what differs", () => {
    const [change] = between("roles: [{ key: a, name: A }]", "roles: [{ key: a, name: A, reserved: true }]");
    expect(Object.keys(change?.calls[0]?.args ?? {})).toEqual(["key", "reserved"]);
  });

  it("takes a ladder away before a role of it goes to another", () => {
    const now =
      "ladders: [{ name: l, roles: [a, b, c] }, { name: m, roles: [d, e] }, { name: n, roles: [f, g] }]";
    const wanted = "ladders: [{ name: l, roles: [a, b] }, { name: m, roles: [c, d, e] }]";
    const changes = between(now, wanted);
    expect(changes.map(({ sign, name }) => `${sign}${name}`)).toEqual(["-n", "-l", "~l", "~m"]);
    expect(fields(changes)).toEqual(["removeLadder", "removeLadder", "setLadder", "setLadder"]);
  });

  it("cannot change what is for life, and says so", () => {
    const refused = (now: string, wanted: string) => between(now, wanted).map((change) => change.refused);
    expect(refused("scopes: [{ key: a, description: x }]", "scopes: [{ key: a }]")).toEqual([
      'The description of the scope a cannot be changed. Write the one it has: "x".',
    ]);
    expect(
      refused(
        "connections: [{ slug: a, kind: scim, name: A }]",
        "connections: [{ slug: a, kind: scim, name: B }]",
      ),
    ).toEqual(['The name of the connection a cannot be changed. Write the one it has: "A".']);
  });

  it("leaves alone what a connection's entry does not say, and never removes one", () => {
    const now =
      "connections: [{ slug: a, kind: scim, name: A, enabled: false, strict: true }, { slug: b, kind: scim }]";
    const changes = between(now, "connections: [{ slug: a, kind: scim }]", { prune: true });
    expect(changes.map(({ sign, name, calls }) => [sign, name, calls])).toEqual([["=", "b", []]]);
  });

  it("of settings takes a default for what is not stored, and sends only what differs", () => {
    const settings = (more: string) => keycloak().replace("clientId: rb", `clientId: rb${more}`);
    expect(between(keycloak(), settings(", pageSize: 500, clientRoles: true"))).toEqual([]);
    const [change] = between(keycloak(), settings(", pageSize: 100"));
    expect(change?.details).toEqual(['settings.pageSize: "500" -> 100']);
    expect(change?.calls[0]?.args["settings"]?.value).toEqual([{ name: "pageSize", value: "100" }]);
  });

  it("has a first sync planned where a connection is added, and says nothing of one that is there", () => {
    const planned = keycloak(", firstSync: planned");
    const [added] = between("", planned);
    expect(added?.calls[0]?.args).toMatchObject({ planFirst: { value: true } });
    expect(added?.details).toContain("counts when the plan of its first sync is applied");
    expect(between(keycloak(), planned)).toEqual([]);
    expect(between("", keycloak())[0]?.calls[0]?.args).not.toHaveProperty("planFirst");
  });

  it("sends a secret with a new connection, with other settings, and when it is asked to; else never", () => {
    const secret = ", secret: { env: KEYCLOAK_SECRET }";
    const secrets = (changes: ReadonlyArray<Change>) =>
      changes.flatMap(({ calls }) =>
        calls.flatMap((call) => (call.secret === undefined ? [] : [call.secret])),
      );
    const sent = [{ name: "clientSecret", from: { env: "KEYCLOAK_SECRET" } }];
    expect(secrets(between("", keycloak(secret)))).toEqual(sent);
    expect(between(keycloak(), keycloak(secret))).toEqual([]);
    expect(secrets(between(keycloak().replace("acme,", "old,"), keycloak(secret)))).toEqual(sent);
    expect(secrets(between(keycloak(), keycloak(secret), { secrets: true }))).toEqual(sent);
    expect(between(keycloak(), keycloak(), { secrets: true })).toEqual([]);
  });

  it("does not try what is added to be disabled", () => {
    const unchecked = (more: string) => between("", keycloak(more))[0]?.calls[0]?.args["unchecked"]?.value;
    expect([unchecked(""), unchecked(", enabled: false")]).toEqual([false, true]);
  });

  it("takes a domain away before it leads to another connection, whatever the order", () => {
    const two = (a: string, b: string) =>
      `connections: [{ slug: a, kind: oidc, login: { domains: [${a}] } }, { slug: b, kind: saml, login: { domains: [${b}] } }]`;
    const sent = (changes: ReadonlyArray<Change>) =>
      changes.flatMap(({ name, calls }) => calls.map(({ args }) => [name, args["domains"]?.value]));
    expect(between(two("x.test", "y.test"), two("X.test", "y.test"))).toEqual([]);
    expect(between(two("xn--bcher-kva.test", "y.test"), two("Bücher.test", "y.test"))).toEqual([]);
    expect(sent(between(two("x.test, y.test", ""), two("x.test", "y.test")))).toEqual([
      ["a", ["x.test"]],
      ["a", ["x.test"]],
      ["b", ["y.test"]],
    ]);
    expect(sent(between(two("x.test", "y.test"), two("y.test", "x.test")))).toEqual([
      ["a", []],
      ["b", []],
      ["a", ["y.test"]],
      ["b", ["x.test"]],
    ]);
    // One whose entry says nothing of domains yields what another one's names.
    expect(
      sent(
        between(two("x.test", ""), "connections: [{ slug: b, kind: saml, login: { domains: [x.test] } }]"),
      ),
    ).toEqual([
      ["a", []],
      ["b", ["x.test"]],
    ]);
  });

  it("declares a directory once, and ends a declaration", () => {
    const three = (a: string, b: string, c: string) =>
      `connections: [{ slug: a, kind: scim, sameDirectoryAs: [${a}] }, { slug: b, kind: scim, sameDirectoryAs: [${b}] }, { slug: c, kind: scim, sameDirectoryAs: [${c}] }]`;
    const named = (changes: ReadonlyArray<Change>) => changes.map(({ name }) => name);
    expect(named(between(three("", "", ""), three("b", "", "")))).toEqual(["a, b"]);
    expect(between(three("b", "a", ""), three("", "a", ""))).toEqual([]);
    expect(named(between(three("b, c", "", ""), three("", "c", "")))).toEqual(["a", "b, c"]);
  });

  it("of the guard goes back to the usual limits where the file names none", () => {
    const now = "guard: { organization: { accounts: 5 }, connections: [{ connection: a, percent: 1 }] }";
    expect(lines(between(now, "guard: { organization: { accounts: 6 } }"))).toEqual([
      "~ guard",
      "    accounts: 5 -> 6",
      "- guard a",
      "    back to the usual limits",
    ]);
  });

  it("is done in an order in which each step finds what it needs", () => {
    const wanted = [
      "mapping: { rules: [{ id: a, when: { connection: main }, grant: [a] }] }",
      "guard: { connections: [{ connection: main }] }",
      keycloak(),
      "ladders: [{ name: l, roles: [a, b] }]",
      "roles: [{ key: a }, { key: b }]",
      "scopes: [{ key: s }]",
    ].join("\n");
    expect(fields(between("roles: [{ key: gone }]", wanted, { prune: true, publish: true }))).toEqual([
      ...["addScope", "createRole", "createRole", "setLadder", "addConnection", "setGuard"],
      ...["draftMapping", "publishMapping", "deleteRole"],
    ]);
  });
});

describe("the mapping", () => {
  const rule = (grant: string) =>
    `mapping: { rules: [{ id: a, when: { connection: main }, grant: [${grant}] }] }`;
  const draft: Mapping = read(rule("b")).mapping ?? emptyMapping;

  it("is drafted, and published only where that is asked for", () => {
    expect(fields(between(rule("a"), rule("b")))).toEqual(["draftMapping"]);
    expect(fields(between(rule("a"), rule("b"), { publish: true }))).toEqual([
      "draftMapping",
      "publishMapping",
    ]);
  });

  it("is not drafted again where it is the draft already", () => {
    expect(fields(between(rule("a"), rule("b"), {}, draft))).toEqual([]);
    expect(fields(between(rule("a"), rule("b"), { publish: true }, draft))).toEqual(["publishMapping"]);
    const [change] = between(rule("a"), rule("c"), {}, draft);
    expect(change?.details.at(-1)).toBe("the draft that waits is replaced");
  });

  it("is the same in another order, in CEL, and with several defaults of one connection", () => {
    const tree =
      "mapping: { rules: [{ id: a, when: { emailDomain: acme.test }, grant: [x, y] }], defaults: [{ connection: c, grant: [x, y] }] }";
    const other =
      "mapping: { defaults: [{ connection: c, grant: [y] }, { connection: c, grant: [x] }], rules: [{ id: a, grant: [y, x], when: { emailDomain: acme.test } }] }";
    expect(between(tree, other)).toEqual([]);
  });
});
