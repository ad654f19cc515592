import { describe, expect, it } from "vitest";
import { syncStateOf } from "../../../src/tenancy/connection/health.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000);
const well = {
  enabled: true,
  busy: false,
  quarantinedAt: null,
  failures: 0,
  lastSuccessAt: ago(600),
  dueAt: ago(-300),
  reason: null,
  detail: null,
  followSeconds: null as number | null,
  followedAt: null as Date | null,
  followFailures: 0,
  followReason: null as string | null,
  followDetail: null as string | null,
  refused: 0,
};

describe("how reading goes", () => {
  it.each([
    ["healthy", {}],
    ["healthy", { dueAt: null }],
    ["healthy", { dueAt: ago(119) }],
    ["late", { dueAt: ago(121) }],
    ["healthy", { followSeconds: 3, followedAt: ago(29) }],
    ["late", { followSeconds: 3, followedAt: ago(31) }],
    ["healthy", { followSeconds: 60, followedAt: ago(179) }],
    ["late", { followSeconds: 60, followedAt: ago(181) }],
    ["healthy", { followSeconds: 3, lastSuccessAt: ago(20) }],
    ["degraded", { followSeconds: 3, followedAt: ago(31), followFailures: 1 }],
    ["degraded", { refused: 1 }],
    ["syncing", { busy: true, dueAt: ago(600) }],
    ["syncing", { busy: true, lastSuccessAt: null }],
    ["never-synced", { lastSuccessAt: null, dueAt: ago(600) }],
    ["failing", { failures: 1, busy: true, lastSuccessAt: null }],
    ["quarantined", { failures: 1, quarantinedAt: ago(10), busy: true }],
    ["disabled", { enabled: false, failures: 1, quarantinedAt: ago(10) }],
  ])("is %s: %o", (state, more) => {
    expect(syncStateOf({ ...well, ...more }, now)).toBe(state);
  });
});
