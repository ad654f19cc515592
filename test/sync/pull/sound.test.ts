/** What can be kept, and that nothing else reaches the database. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSoundId, soundGroups, soundUsers } from "../../../src/sync/pull/sound.ts";
import { group, user } from "./support.ts";

const hostile = fc.string({ unit: "binary", maxLength: 300 });

describe("what a source says", () => {
  it("is kept or listed as failed, each object once, and nothing that PostgreSQL cannot hold is kept", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostile, hostile), { maxLength: 5 }), (people) => {
        const facts = people.map(([id, name]) => user(id, name));
        const { sound, refused, failures } = soundUsers(facts);
        expect(sound.length + refused.length).toBe(facts.length);
        expect(failures).toHaveLength(refused.length);
        for (const { id, resource } of sound) {
          expect(isSoundId(id)).toBe(true);
          expect(JSON.stringify(resource).replaceAll("\\\\", "")).not.toMatch(/\\u0000|\\ud[89a-f]/);
        }
        for (const { id } of failures) {
          expect(id.isWellFormed()).toBe(true);
          expect(id).not.toContain("\0");
          expect(id.length).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it("of two objects with one id is the first, and the second failed", () => {
    const { sound, failures } = soundGroups([group("r", "auditor"), group("r", "shop:auditor")]);
    expect(sound.map(({ name }) => name)).toEqual(["auditor"]);
    expect(failures).toEqual([{ kind: "group", id: "r", detail: "Another one came with the same id." }]);
  });

  it("may look like an escape", () => {
    expect(soundUsers([user("u", "a\\u0000b\\ud800")]).failures).toEqual([]);
  });
});
