/** Domain names in one form: what looks alike stays two, what is written in two ways becomes one. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainOf } from "../../../src/domain/index.ts";
import { emailDomainOf } from "../../../src/tenancy/index.ts";

describe("domains", () => {
  it.each([
    ["acme.test", "acme.test"],
    ["ACME.Test", "acme.test"],
    ["ａｃｍｅ.test", "acme.test"],
    ["acme。test", "acme.test"],
    ["bücher.test", "xn--bcher-kva.test"],
    ["BÜCHER.test", "xn--bcher-kva.test"],
    ["xn--bcher-kva.test", "xn--bcher-kva.test"],
    ["a-b.c-d.test", "a-b.c-d.test"],
    [`${"a".repeat(63)}.test`, `${"a".repeat(63)}.test`],
  ])("%s is %s", (text, name) => expect(domainOf(text)).toBe(name));

  it.each([
    "",
    "test",
    "localhost",
    ".",
    ".test",
    "acme.",
    "acme.test.",
    "acme..test",
    "-acme.test",
    "acme-.test",
    "*.acme.test",
    "_x.acme.test",
    "acme test.test",
    "acme.test/x",
    "acme.test:80",
    "acme.test#x",
    "acme.test?x",
    "user@acme.test",
    "acme%2etest",
    "acme\\.test",
    "127.0.0.1",
    "0x7f.1",
    "1.2",
    "[::1]",
    "acme.test\u0000",
    "acme\u00ad.test",
    "ac\u200bme.test",
    "ac\u202eme.test",
    "xn--a.test\u200d",
    `${"a".repeat(64)}.test`,
    `${"a.".repeat(130)}test`,
  ])("%j is none", (text) => expect(domainOf(text)).toBeUndefined());

  it.each(["аcme.test", "acmе.test", "acme.tеst", "αcme.test", "acmé.test", "acrne.test"])(
    "%s is not acme.test, though it looks like it",
    (text) => expect(domainOf(text)).not.toBe("acme.test"),
  );

  it("are the same when they are read a second time, and plain ASCII", () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string({ unit: "grapheme", maxLength: 30 })), (text) => {
        const name = domainOf(text);
        if (name === undefined) return;
        expect(name).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        expect(domainOf(name)).toBe(name);
      }),
    );
  });
});

describe("the domain of an email address", () => {
  it.each([
    ["ada@acme.test", "acme.test"],
    ["Ada.L+x@ACME.test", "acme.test"],
    ["ada@bücher.test", "xn--bcher-kva.test"],
  ])("of %s is %s", (address, name) => expect(emailDomainOf(address)).toBe(name));

  it.each([
    "ada",
    "",
    "@acme.test",
    "ada@",
    "ada@evil.test@acme.test",
    "ada@acme.test@evil.test",
    '"ada@acme.test"@evil.test',
    "ada@acme.test.",
    "ada@acme.test(evil.test)",
    "ada@acme.test,evil@evil.test",
    "ada@acme.test evil.test",
    "ada@acme.test\n",
    "<ada@acme.test>",
    "ada@[127.0.0.1]",
    "ada@acme%2etest",
    "ada@test",
  ])("of %j cannot be told", (address) => expect(emailDomainOf(address)).toBeUndefined());
});
