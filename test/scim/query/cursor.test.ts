/** A cursor opens for the question it was made for, unaltered, in time; else it tells nothing. */
import { Redacted, Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCursor, sealCursor } from "../../../src/scim/query/index.ts";

const keyOf = (byte: number) => Redacted.make(new Uint8Array(32).fill(byte));
const key = keyOf(7);
const place = fc.record({ id: fc.uuid(), key: fc.option(fc.string({ unit: "binary", maxLength: 600 })) });
const question = fc.array(fc.string(), { maxLength: 6 });
const hour = 3_600_000;

const failureOf = (result: ReturnType<typeof openCursor>) =>
  Result.isFailure(result) ? result.failure._tag : "opened";

describe("a cursor", () => {
  it("gives back its place, of unreserved characters, short enough for an address", () => {
    fc.assert(
      fc.property(place, question, (at, asked) => {
        const cursor = sealCursor(key, asked, at, 0);
        expect(cursor).toMatch(/^[A-Za-z0-9._~-]{1,8192}$/);
        expect(openCursor(key, asked, cursor, hour)).toEqual(Result.succeed(at));
      }),
    );
  });

  it("opens for no other question, also where the parts join to the same text", () => {
    fc.assert(
      fc.property(place, question, question, (at, asked, other) => {
        fc.pre(JSON.stringify(asked) !== JSON.stringify(other));
        expect(failureOf(openCursor(key, other, sealCursor(key, asked, at, 0), 0))).toBe("InvalidCursor");
      }),
    );
    const at = { id: "x", key: null };
    expect(failureOf(openCursor(key, ["a", "b"], sealCursor(key, ["ab", ""], at, 0), 0))).toBe(
      "InvalidCursor",
    );
  });

  it("opens under no other server's key", () => {
    const cursor = sealCursor(keyOf(8), [], { id: "x", key: null }, 0);
    expect(failureOf(openCursor(key, [], cursor, 0))).toBe("InvalidCursor");
  });

  it("does not open with any one character changed, added or taken away", () => {
    const cursor = sealCursor(key, ["q"], { id: "x", key: "value" }, 0);
    for (let at = 0; at < cursor.length; at += 1) {
      const other = cursor[at] === "A" ? "B" : "A";
      for (const altered of [
        `${cursor.slice(0, at)}${other}${cursor.slice(at + 1)}`,
        `${cursor.slice(0, at)}${other}${cursor.slice(at)}`,
        `${cursor.slice(0, at)}${cursor.slice(at + 1)}`,
      ]) {
        expect(failureOf(openCursor(key, ["q"], altered, 0)), altered).toBe("InvalidCursor");
      }
    }
  });

  it("expires after an hour, and an altered one is not called expired", () => {
    const cursor = sealCursor(key, ["q"], { id: "x", key: null }, 0);
    expect(failureOf(openCursor(key, ["q"], cursor, hour + 1))).toBe("ExpiredCursor");
    expect(failureOf(openCursor(key, ["r"], cursor, hour + 1))).toBe("InvalidCursor");
  });

  it("is never twice the same, so that it tells nobody that two people have the same name", () => {
    const cursors = Array.from({ length: 50 }, () => sealCursor(key, ["q"], { id: "x", key: "v" }, 0));
    expect(new Set(cursors).size).toBe(50);
  });
});
