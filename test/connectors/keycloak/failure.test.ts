import { assert, it } from "@effect/vitest";
import { ConnectorFailure, type Reason } from "../../../connectors/connector.ts";
import { retryAfter } from "../../../connectors/keycloak/failure.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

it.each([
  ["nothing", null, undefined],
  ["seconds", "7", 7],
  ["seconds with spaces", " 7 ", 7],
  ["a date", "Thu, 01 Jan 2026 00:00:30 GMT", 30],
  ["a date that has passed", "Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ["an absurd number", "99999999999999999999", 120],
  ["a date in a year", "Fri, 01 Jan 2027 00:00:00 GMT", 120],
  ["words", "soon", undefined],
  ["nothing in it", "", undefined],
])("Retry-After with %s", (_name, header, seconds) => {
  assert.strictEqual(retryAfter(header, now, 120), seconds);
});

it("whether a retry may help follows from the reason", () => {
  const all: ReadonlyArray<Reason> = [
    "unauthorized",
    "forbidden",
    "missing",
    "conflict",
    "throttled",
    "unavailable",
    "refused",
    "malformed",
  ];
  const retryable = all.filter((reason) => new ConnectorFailure({ reason, detail: "" }).retryable);
  assert.deepStrictEqual(retryable, ["throttled", "unavailable"]);
});
