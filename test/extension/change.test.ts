/** What may change while people have values: nothing that would make one of them unfit. */
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { changeOf, decodeExtension, mustNotClash } from "../../src/extension/index.ts";

const id = "urn:acme:scim:hr:2.0:User";
const site = { name: "site", type: "complex", subAttributes: [{ name: "code" }] };

const read = (attributes: ReadonlyArray<object>, urn = id, type: "User" | "Group" = "User") =>
  Result.getOrThrow(decodeExtension(type, { id: urn, attributes }));
const before = read([{ name: "badge" }, site]);
const changed = (attributes: ReadonlyArray<object>) =>
  Result.getOrUndefined(changeOf(before, read(attributes)));

describe("a new declaration", () => {
  it("adds and takes away attributes, in any order", () => {
    expect(changed([site, { name: "level" }])).toEqual({ added: ["level"], gone: ["badge"] });
    expect(Result.getOrThrow(changeOf(undefined, before))).toEqual({ added: ["badge", "site"], gone: [] });
  });

  it("may say other things about attributes that stay, and give them more parts", () => {
    const parts = { ...site, subAttributes: [{ name: "floor" }, { name: "code", caseExact: true }] };
    const badge = { name: "badge", caseExact: true, returned: "request", description: "New." };
    expect(changed([badge, parts])).toEqual({ added: [], gone: [] });
  });

  it.each([
    [{ name: "badge", type: "integer" }, site],
    [{ name: "badge", multiValued: true }, site],
    [{ name: "Badge" }, site],
    [{ name: "badge" }, { ...site, multiValued: true }],
    [{ name: "badge" }, { ...site, subAttributes: [{ name: "floor" }] }],
    [{ name: "badge" }, { ...site, subAttributes: [{ name: "code", type: "integer" }] }],
    [{ name: "badge" }, { ...site, subAttributes: [{ name: "Code" }] }],
  ])("gives none of those that stay another form: %j %j", (...attributes) => {
    expect(changed(attributes)).toBeUndefined();
  });

  it("keeps the spelling of its URN and what it extends", () => {
    expect(Result.isFailure(changeOf(before, read([site], id.toUpperCase().replace("URN", "urn"))))).toBe(
      true,
    );
    expect(Result.isFailure(changeOf(before, read([site], id, "Group")))).toBe(true);
  });

  it("does not begin as another one does, in any capitalisation", () => {
    const clashes = (urn: string) => Result.isFailure(mustNotClash([before], read([site], urn)));
    expect(clashes(`${id}:badge`)).toBe(true);
    expect(clashes("urn:ACME:scim:hr")).toBe(true);
    expect(clashes(`${id}s`)).toBe(false);
    expect(clashes("urn:acme:scim:h")).toBe(false);
  });
});
