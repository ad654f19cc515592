/** How failures are counted: for each address, for a minute, for so many addresses. */
import { Effect, Layer } from "effect";
import { describe, expect, it } from "vitest";
import { BadCredentials, FailureLimit } from "../../src/http/index.ts";

const limitOf = (most: number, size?: number) =>
  Effect.runSync(
    Effect.provide(
      FailureLimit,
      Layer.provide(FailureLimit.layer(size), Layer.succeed(BadCredentials, most)),
    ),
  );

describe("the count of bad credentials", () => {
  it("begins anew after a minute, and says how long that is", () => {
    const { note } = limitOf(1);
    expect(note("192.0.2.1", 0)).toBeUndefined();
    expect(note("192.0.2.1", 500)).toBe(60);
    expect(note("192.0.2.1", 59_999)).toBe(1);
    expect(note("192.0.2.1", 60_000)).toBeUndefined();
  });

  it("is one for each address, and for each IPv6 network of 64 bits", () => {
    const { note } = limitOf(1);
    note("192.0.2.1", 0);
    expect(note("::ffff:192.0.2.1", 0)).toBe(60);
    expect(note("192.0.2.2", 0)).toBeUndefined();
    note("2001:db8::1", 0);
    expect(note("2001:DB8:0:0:1::2", 0)).toBe(60);
    expect(note("2001:db8:0:1::1", 0)).toBeUndefined();
  });

  it("keeps so many addresses, the oldest goes", () => {
    const { note } = limitOf(1, 2);
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3"]) note(address, 0);
    expect(note("192.0.2.3", 0)).toBe(60);
    expect(note("192.0.2.1", 0)).toBeUndefined();
  });

  it("calls ten times the limit a flood, by asking which nothing is counted", () => {
    const { note, flood } = limitOf(1);
    for (let sent = 0; sent < 10; sent += 1) note("192.0.2.1", 0);
    expect(flood("192.0.2.1", 0)).toBeUndefined();
    note("192.0.2.1", 0);
    expect(flood("192.0.2.1", 59_000)).toBe(1);
    expect(flood("192.0.2.1", 60_000)).toBeUndefined();
    for (let asked = 0; asked < 30; asked += 1) expect(flood("192.0.2.2", 0)).toBeUndefined();
  });
});
