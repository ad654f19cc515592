/** What a file may say, and what is said about one that may not. */
import { readFileSync } from "node:fs";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { connectors } from "../../../connectors/index.ts";
import { normal, readConfiguration, writeYaml } from "../../../src/cli/config/index.ts";

const example = readFileSync(new URL("../../../config/organization.example.yaml", import.meta.url), "utf8");
const read = (text: string) => readConfiguration(text, connectors);
const wrong = (text: string): string => Result.getOrThrow(Result.flip(read(text)));
const right = (text: string) => Result.getOrThrow(read(text));

const connection = (...lines: ReadonlyArray<string>): string =>
  [
    "version: 1",
    "connections:",
    "  - slug: main",
    "    kind: keycloak",
    ...lines.map((line) => `    ${line}`),
  ].join("\n");

describe("logins in a document", () => {
  it.each([
    ["connections: [{ slug: a, kind: scim, login: {} }]", "nobody signs in through connections of this kind"],
    [
      "connections: [{ slug: a, kind: keycloak, login: {} }]",
      "nobody signs in through connections of this kind",
    ],
    [
      "connections: [{ slug: a, kind: oidc, login: { provisioning: all } }]",
      "use one of create, update, never",
    ],
    ["connections: [{ slug: a, kind: oidc, login: { lapseDays: 0 } }]", "lapseDays"],
    ["connections: [{ slug: a, kind: oidc, login: { domain: x } }]", "did you mean domains?"],
    ["connections: [{ slug: a, kind: oidc, login: { domains: [x.test, x.test] } }]", "is here twice"],
    ["applications: [{ slug: a, returnAddresses: [] }]", "give one or more addresses"],
    ["applications: [{ slug: a }]", "returnAddresses"],
    ["applications: [{ slug: a, returnAddresses: [x], secret: y }]", "secret"],
    ["applications: [{ slug: a, returnAddresses: [x] }, { slug: a, returnAddresses: [x] }]", "is here twice"],
  ])("%s is refused: %s", (text, complaint) => {
    expect(wrong(`version: 1\n${text}`)).toContain(complaint);
  });
});

describe("a document", () => {
  it("is read: the example", () => {
    const document = right(example);
    expect(document.roles?.map(({ key }) => key)).toEqual(["reader", "editor", "owner"]);
    expect(document.mapping?.rules.map(({ when }) => when)).toEqual([
      { groupName: { equals: "Engineering", connection: "main" } },
      { groupName: { equals: "Marketing", connection: "main" } },
    ]);
  });

  it("is the same when its normal form is written and read again", () => {
    const once = normal(right(example));
    expect(normal(right(writeYaml(once)))).toEqual(once);
  });

  it("says the same in another order, and with its defaults written out", () => {
    const short = "version: 1\nroles:\n  - key: b\n  - key: a\n    permissions: [y, x]";
    const long = [
      "version: 1",
      "roles:",
      "  - { key: a, name: a, description: '', permissions: [x, y], reserved: false }",
      "  - { key: b, name: b, description: '', permissions: [], reserved: false }",
    ];
    expect(normal(right(short))).toEqual(normal(right(long.join("\n"))));
  });

  it("declares one directory, whoever names whom", () => {
    const document = right(
      "version: 1\nconnections:\n  - { slug: a, kind: scim, sameDirectoryAs: [b] }\n  - { slug: b, kind: scim, sameDirectoryAs: [] }",
    );
    expect(normal(document).connections?.map((one) => one.sameDirectoryAs)).toEqual([["b"], ["a"]]);
  });

  it("is printed so that nothing in it acts on a terminal, and is read as the same", () => {
    const name = "a\u202eb\u009bc";
    const yaml = writeYaml({ version: 1, name });
    expect(yaml).toBe('version: 1\nname: "a\\u202eb\\x9bc"\n');
  });
});

describe("a mistake", () => {
  it.each([
    ["version: 2", "line 1, column 10, version: Expected 1"],
    ["version: 1\nrols: []", "line 2, column 7, rols: unknown key; did you mean roles?"],
    [
      "version: 1\nroles:\n  - key: a\n    permisions: [x]",
      "line 4, column 17, roles[0].permisions: unknown key; did you mean permissions?",
    ],
    ["version: 1\nroles:\n  - key: a\n  - key: a", "line 4, column 10, roles[1].key: is here twice"],
    [
      "version: 1\nmapping:\n  rules:\n    - id: a\n      when: groups.exists(\n      grant: [r]",
      /^line 5, column 13, mapping\.rules\[0\]\.when: line 1, column \d+: /,
    ],
    [
      "version: 1\nmapping:\n  rules:\n    - id: a\n      when: { groupName: { equal: x } }\n      grant: [r]",
      /^line 5, column \d+, mapping\.rules\[0\]\.when/,
    ],
    ["version: 1\nversion: 1", "line 2, column 1: Map keys must be unique."],
    ["version: 1\n---\nversion: 1", /^line 2, column 1: /],
    ["", "line 1, column 1, the document: Expected object"],
    [
      connection("settings: { relm: a }"),
      /connections\[0\]\.settings\.relm: unknown setting; did you mean realm\?$/,
    ],
    [connection("every: 5s"), /connections\[0\]\.every: use a time from 1m to 24h/],
    [connection("strict: true"), /connections\[0\]\.strict: leave it out: only SCIM connections/],
    [
      "version: 1\nconnections:\n  - { slug: a, kind: zitadel }",
      /kind: connections of this kind cannot be added yet$/,
    ],
  ])("%j is told with its place", (text, expected) => {
    if (typeof expected === "string") expect(wrong(text)).toBe(expected);
    else expect(wrong(text)).toMatch(expected);
  });

  it("is told with all others", () => {
    expect(wrong("version: 1\nrols: []\nladers: []").split("\n")).toHaveLength(2);
  });
});

describe("a hostile document", () => {
  it.each([
    ["secret: hunter2", /connections\[0\]\.secret: never write a secret here; .*secret: \{env: NAME/],
    ["settings: { clientSecret: hunter2 }", /settings\.clientSecret: never write a secret here;/],
    ["secret: { env: hunter2, file: hunter2 }", /connections\[0\]\.secret/],
    ["secret: { hunter2: x }", /connections\[0\]\.secret: never write a secret here/],
  ])("with a secret in it is refused, and the secret is not repeated: %s", (line, expected) => {
    const sentence = wrong(connection(line));
    expect(sentence).toMatch(expected);
    expect(sentence).not.toContain("hunter2");
  });

  it("that breaks off inside a secret does not have it repeated", () => {
    expect(wrong(connection('secret: "hunter2'))).not.toContain("hunter2");
  });

  it.each([
    "version: 1\n__proto__: { a: 1 }",
    connection("settings: { __proto__: x }"),
    "version: 1\nroles:\n  - { key: a, __proto__: { reserved: true } }",
  ])("cannot reach a prototype: %j", (text) => {
    expect(wrong(text)).toMatch(/line \d+, column \d+: Use a text as the key, and not __proto__\.$/);
  });

  it.each(["constructor", "toString", "hasOwnProperty"])("has no key that objects have anyway: %s", (key) => {
    expect(wrong(`version: 1\n${key}: 1`)).toContain("unknown key");
    expect(wrong(connection(`settings: { ${key}: x }`))).toContain("unknown setting");
  });

  it("of too many bytes is refused", () => {
    expect(wrong(`version: 1\n# ${"x".repeat(1_048_576)}`)).toBe("A document has at most 1 MiB.");
  });

  it("that grows by aliases is refused", () => {
    const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`)}]`);
    expect(wrong(["version: 1", "l0: &l0 [x]", ...levels].join("\n"))).toBe(
      "It uses more than 100 aliases, or one that is not there.",
    );
  });

  it.each([
    ["lists", "[".repeat(100_000)],
    ["closed lists", `[${"[".repeat(500)}${"]".repeat(500)}]`],
    ["maps", `${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}`],
    ["lines", Array.from({ length: 900 }, (_, n) => `${" ".repeat(n)}a:`).join("\n")],
  ])("too deep is refused: %s", (_, text) => {
    expect(wrong(`version: 1\nx: \n ${text.replaceAll("\n", "\n ")}`)).toMatch(/Nest at most 64|line \d+/);
  });

  it.each(["!!js/function x", "!!binary aGk=", "!own x", "!!set {a, b}"])("has no tags: %s", (value) => {
    expect(wrong(`version: 1\norganization: ${value}`)).toMatch(/^line 2, column 15: Unresolved tag/);
  });
});
