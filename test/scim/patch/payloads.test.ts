import { readdirSync, readFileSync } from "node:fs";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import {
  type Dialect,
  lenientDialect,
  readPatch,
  shaped,
  strictDialect,
} from "../../../src/scim/dialect/index.ts";
import { applyPatch, splitMembers } from "../../../src/scim/patch/index.ts";
import { Group, type Resource, User, validate } from "../../../src/scim/schema/index.ts";

const rfc: Dialect = { ...lenientDialect, name: "rfc", rewrites: [] };
const dialects = { strict: strictDialect, rfc, lenient: lenientDialect };

/** One recorded or constructed PATCH. Adding a case is adding a file to `test/payloads/patch`. */
interface Case {
  readonly name: string;
  readonly source: string;
  readonly resourceType: "User" | "Group";
  /** Absent: lenient. `rfc`: without rewrites and rules. */
  readonly dialect?: keyof typeof dialects;
  readonly before: Resource;
  readonly operations: unknown;
  readonly after?: Resource;
  readonly members?: readonly unknown[];
  readonly error?: string;
}

const folder = new URL("../../payloads/patch/", import.meta.url);
const cases: readonly (readonly [string, Case])[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), "utf8"))]);

const run = ({ resourceType, dialect = "lenient", before, operations }: Case) => {
  const chosen = dialects[dialect];
  const type = shaped(chosen, resourceType === "User" ? User : Group);
  return Result.gen(function* () {
    const parsed = yield* readPatch(chosen, type, operations);
    if (resourceType === "User")
      return { after: yield* applyPatch(type, before, parsed), members: undefined };
    const { attributes, members } = yield* splitMembers(parsed);
    return { after: yield* applyPatch(type, before, attributes), members };
  });
};

describe("recorded PATCH requests", () => {
  it.each(cases)("%s", (_, each) => {
    const result = run(each);
    if (each.error !== undefined) {
      expect(Result.isFailure(result) ? result.failure._tag : result.success).toBe(each.error);
      return;
    }
    expect(Result.isSuccess(result) ? result.success : result.failure).toEqual({
      after: each.after,
      members: each.members,
    });
  });

  it.each(cases)("%s says where it comes from and starts from a valid resource", (_, each) => {
    expect(each.name.length * each.source.length).toBeGreaterThan(0);
    const type = each.resourceType === "User" ? User : Group;
    expect(Result.isSuccess(validate(type, each.before))).toBe(true);
    expect((each.after === undefined) !== (each.error === undefined)).toBe(true);
  });
});
