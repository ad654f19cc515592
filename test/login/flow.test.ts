/** What the browser keeps of a login under way. */
import { Effect } from "effect";
import { TestClock } from "effect/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApplicationId, ConnectionId, OrganizationId } from "../../src/domain/index.ts";
import { crowdedOut, endedCookie, flowCookie, sealedFlow } from "../../src/login/flow/cookie.ts";
import { type Flow, flowSeconds, isShortEnough, openFlow, sealFlow } from "../../src/login/flow/flow.ts";
import { MasterKey, newId } from "../../src/store/index.ts";
import { masterKey } from "../support/world.ts";

const organization = newId<OrganizationId>();
const publicUrl = "https://rolebridge.acme.test";

const flowOf = (more: Partial<Flow> = {}): Flow => ({
  id: newId(),
  connection: newId<ConnectionId>(),
  application: newId<ApplicationId>(),
  stateHash: "a hash of 43 characters, or what takes as much",
  posted: false,
  kept: { verifier: "v".repeat(43), nonce: "n".repeat(43) },
  returnTo: "https://shop.acme.test/signed-in",
  applicationState: "mine-and-random",
  ...more,
});

const run = <A, E>(work: Effect.Effect<A, E, MasterKey>) =>
  Effect.runPromise(work.pipe(Effect.provide(MasterKey.layer(masterKey)), Effect.provide(TestClock.layer())));

describe("a login under way in a cookie", () => {
  it("opens for its own organization, connection and login, and for no other", () =>
    run(
      Effect.gen(function* () {
        const flow = flowOf();
        const sealed = yield* sealFlow(organization, flow);
        const open = (of: OrganizationId, id: string, connection: ConnectionId) =>
          Effect.map(openFlow(of, { id, connection }, sealed), (opened) => opened?.flow);
        expect(yield* open(organization, flow.id, flow.connection)).toEqual(flow);
        expect(yield* open(newId<OrganizationId>(), flow.id, flow.connection)).toBeUndefined();
        expect(yield* open(organization, newId(), flow.connection)).toBeUndefined();
        expect(yield* open(organization, flow.id, newId<ConnectionId>())).toBeUndefined();
      }),
    ));

  it("opens no more when its time is over", () =>
    run(
      Effect.gen(function* () {
        const flow = flowOf();
        const sealed = yield* sealFlow(organization, flow);
        yield* TestClock.adjust((flowSeconds - 1) * 1_000);
        expect(yield* openFlow(organization, flow, sealed)).toBeDefined();
        yield* TestClock.adjust(1_000);
        expect(yield* openFlow(organization, flow, sealed)).toBeUndefined();
      }),
    ));

  it("opens no more where anything of it was changed, and shows nothing of what it holds", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, change) =>
        run(
          Effect.gen(function* () {
            const flow = flowOf();
            const sealed = yield* sealFlow(organization, flow);
            const bytes = Buffer.from(sealed, "base64");
            expect(bytes.includes("nnnnnnnn")).toBe(false);
            bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change;
            expect(yield* openFlow(organization, flow, bytes.toString("base64"))).toBeUndefined();
          }),
        ),
      ),
      { numRuns: 50 },
    ));

  it("stays below the 4,096 bytes that browsers keep, whatever its longest texts are made of", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom("a", '"', "\u0001", "é", "😀"), (letter) => {
        let longest = "";
        while (isShortEnough(longest + letter)) longest += letter;
        expect(isShortEnough(longest + letter)).toBe(false);
        return run(
          Effect.gen(function* () {
            const flow = flowOf({ returnTo: longest, applicationState: longest });
            const cookie = flowCookie(publicUrl, flow.id, yield* sealFlow(organization, flow), true);
            expect(Buffer.byteLength(cookie)).toBeLessThan(4_096);
          }),
        );
      }),
    ));

  it("is secure and of this host alone over HTTPS; over plain HTTP only what a form brings needs to be", () => {
    const local = "http://localhost:8080";
    const cookie = (url: string, posted: boolean) => flowCookie(url, "an-id", "sealed", posted);
    expect(cookie(publicUrl, false)).toMatch(/^__Host-.*; SameSite=Lax; .*; Secure$/);
    expect(cookie(publicUrl, true)).toMatch(/^__Host-.*; SameSite=None; .*; Secure$/);
    expect(cookie(local, false)).toBe(
      "rolebridge-login-an-id=sealed; Path=/; HttpOnly; SameSite=Lax; Max-Age=600",
    );
    expect(cookie(local, true)).toMatch(/^rolebridge-login-.*; SameSite=None; Max-Age=600; Secure$/);
  });

  it("is not taken where there are two of one name", () => {
    const id = newId();
    const one = `__Host-rolebridge-login-${id}=one`;
    expect(sealedFlow(publicUrl, id, `other=1; ${one}`)).toBe("one");
    expect(sealedFlow(publicUrl, id, `${one}; ${one}`)).toBeUndefined();
    expect(sealedFlow(publicUrl, id, `rolebridge-login-${id}=one`)).toBeUndefined();
  });

  it("gives way to newer ones, so that a browser's requests stay small enough", () => {
    const ids = Array.from({ length: 20 }, () => newId()).toSorted();
    const header = ids.map((id) => `__Host-rolebridge-login-${id}=${"x".repeat(1_000)}`).join("; ");
    const ended = crowdedOut(publicUrl, header, false);
    expect(ended).toEqual(
      ids
        .slice(0, -5)
        .toReversed()
        .map((id) => endedCookie(publicUrl, id, false)),
    );
    expect(crowdedOut(publicUrl, undefined, false)).toEqual([]);
  });
});
