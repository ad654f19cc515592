/** CONFORMANCE.md says what is so: its tests exist, and it is the page of these tables. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { complaintAbout, page, pageFile, requirements } from "./conformance.ts";

describe("the table of requirements", () => {
  it("has each requirement once", () => {
    const ids = requirements.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it("names for each that is met a test that exists, and for each other a reason", () => {
    expect(requirements.flatMap((each) => complaintAbout(each) ?? [])).toEqual([]);
  });

  it("notices a test that does not exist", () => {
    const made = { id: "x", level: "MUST", text: "", status: "met" } as const;
    expect(complaintAbout({ ...made, test: "scim/conformance.test.ts: is not there" })).toContain(
      "does not have",
    );
    expect(complaintAbout({ ...made, test: "nothing.test.ts: is not there" })).toContain("no test file");
    expect(complaintAbout(made)).toBeDefined();
  });

  it("is what CONFORMANCE.md shows: else run node test/scim/conformance-report.ts", () => {
    expect(readFileSync(pageFile, "utf8")).toBe(page());
  });
});
