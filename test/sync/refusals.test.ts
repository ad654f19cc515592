import { Effect, Exit } from "effect";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/mapping/index.ts";
import { refuseWrong } from "../../src/sync/lint/index.ts";

const finding = (kind: Finding["kind"], severity: Finding["severity"], rule: string | null): Finding => ({
  severity,
  kind,
  rule,
  position: "grant[0]",
  sentence: "Do something.",
});

const detailOf = async (findings: ReadonlyArray<Finding>): Promise<string> => {
  const exit = await Effect.runPromiseExit(refuseWrong(findings));
  if (Exit.isSuccess(exit)) return "kept";
  const [reason] = exit.cause.reasons;
  return reason?._tag === "Fail" ? reason.error.detail : "broke";
};

describe("a draft", () => {
  it("is refused where a wildcard or a default would give a reserved role", async () => {
    const wrong = [finding("reserved-role", "error", "a"), finding("reserved-role", "error", null)];
    expect(await detailOf(wrong)).toBe("rule a, grant[0]: Do something. grant[0]: Do something.");
    const many = Array.from({ length: 12 }, () => finding("reserved-role", "error", "a"));
    expect(await detailOf(many)).toMatch(/ And 2 more\.$/);
  });

  it("is kept with whatever gives nobody anything", async () => {
    const harmless = [
      finding("never-true", "error", "a"),
      finding("always-denied", "error", "a"),
      finding("shadowed", "warning", "a"),
    ];
    expect(await detailOf(harmless)).toBe("kept");
  });
});
