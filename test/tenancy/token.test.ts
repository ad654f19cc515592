/** Tokens: what is minted is read back, and nothing that differs in one character is. */
import { Redacted } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrganizationId, TokenId } from "../../src/domain/index.ts";
import { newId } from "../../src/store/index.ts";
import { bearerOf, mintToken, noOrganization, parseToken, sameHash } from "../../src/tenancy/index.ts";

const scope = newId<OrganizationId>();
const id = newId<TokenId>();
const minted = mintToken("rbs", scope, id);
const text = Redacted.value(minted.token);

describe("tokens", () => {
  it("say where to look, and prove themselves by their hash", () => {
    expect(parseToken("rbs", text)).toEqual({ scope, id, hash: minted.hash });
    expect(text).not.toContain(minted.hash);
    expect(String(minted.token)).not.toContain(text);
  });

  it("of one kind are none of the other", () => {
    expect(parseToken("rbo", text)).toBeUndefined();
    expect(parseToken("rbo", Redacted.value(mintToken("rbo", noOrganization, id).token))?.scope).toBe(
      noOrganization,
    );
  });

  it("are refused or another when a character differs", () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom(..."AZaz09_-"), (at, character) => {
        fc.pre(text[at] !== character);
        const parsed = parseToken("rbs", `${text.slice(0, at)}${character}${text.slice(at + 1)}`);
        // The last character of a base64url text of 32 bytes has two bits that stand for nothing.
        if (parsed === undefined || at === 46) return;
        const same = parsed.scope === scope && parsed.id === id && sameHash(parsed.hash, minted.hash);
        expect(same).toBe(false);
      }),
    );
  });

  it("are never found in arbitrary text, and nothing throws", () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (any) => parseToken("rbs", any) === undefined));
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => typeof sameHash(a, b) === "boolean"));
  });
});

describe("the Authorization header", () => {
  it.each([
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["BEARER   abc  ", "abc"],
    [undefined, undefined],
    ["", undefined],
    ["Bearer", undefined],
    ["Bearer ", undefined],
    ["Basic abc", undefined],
    ["Bearer a b", undefined],
    ["Bearer a,b", undefined],
    ["xBearer a", undefined],
  ])("%j carries %j", (header, token) => {
    expect(bearerOf(header)).toBe(token);
  });
});
