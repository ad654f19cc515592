/** The worked example of docs/how-roles-are-decided.md is a mapping, and gives what the guide says it gives. */
import { readFileSync } from "node:fs";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { compile, decodeMapping, desiredRoles, emptyCatalogue, nextMoment } from "../../src/mapping/index.ts";
import { facts, group, person } from "../mapping/support.ts";

const guide = readFileSync(new URL("../../docs/how-roles-are-decided.md", import.meta.url), "utf8");
const example = /```json\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
const mapping = compile(Result.getOrThrow(decodeMapping(JSON.parse(example))), {
  ...emptyCatalogue,
  scopes: new Set(["library:marketing"]),
});

const ada = facts([
  person(1, {
    attributes: { title: "Intern", endDate: "2026-07-31", emails: [{ value: "ada@acme.test" }] },
    groups: ["eng-search", "lib-marketing", "site-munich-staff"].map((name, index) => group(index, { name })),
  }),
]);

const rolesOn = (day: string, table = mapping) =>
  desiredRoles(ada, table, Date.parse(day)).roles.map(
    ({ role, scope, reasons }) => `${role} ${scope} ${reasons.map(({ rule }) => rule).join(" ")}`,
  );
const june = [
  "developer  engineers",
  "guest  default:okta",
  "member library:marketing libraries",
  "visitor  site-staff summer-interns",
];

describe("the guide's example", () => {
  it("gives what the guide says", () => {
    expect(rolesOn("2026-06-15")).toEqual(june);
    expect(rolesOn("2026-08-01")).toEqual(june.slice(1));
    expect(rolesOn("2026-09-01").at(-1)).toBe("visitor  site-staff");
    expect(nextMoment(ada, mapping, Date.parse("2026-06-15"))).toBe(Date.parse("2026-07-31") + 1);
  });

  it("gives no scope that the catalogue lacks, and says so", () => {
    const table = { ...mapping, scopes: new Set<string>() };
    expect(rolesOn("2026-06-15", table)).not.toContain(june[2]);
    expect(desiredRoles(ada, table, 0).missed.map(({ scope }) => scope)).toEqual(["library:marketing"]);
  });
});
