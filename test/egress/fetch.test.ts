import { once } from "node:events";
import { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { assert, describe, it } from "@effect/vitest";
import { Effect, Exit, Scope } from "effect";
import { vi } from "vitest";
import { Egress } from "../../src/egress/index.ts";
import { get, guarded, initOf, nameServer, peer, stopped, withTimeout } from "./support.ts";

const megabyte = Buffer.alloc(1024 * 1024, 32);

/** Addresses that sockets of this process go for while the scope is open. */
const attempts = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => {
      const seen: Array<string> = [];
      const connect = Socket.prototype.connect;
      const spy = vi.spyOn(Socket.prototype, "connect").mockImplementation(function (this: Socket, ...given) {
        this.on("connectionAttempt", (address: string) => seen.push(address));
        return Reflect.apply(connect, this, given);
      });
      return { seen, spy };
    }),
    ({ spy }) => Effect.sync(() => spy.mockRestore()),
  ),
  ({ seen }) => seen,
);

/** A peer whose origin the operator allowed, the rules for it, and how often it was asked. */
const allowed = (answer: Parameters<typeof peer>[0], more: { readonly answerBytes?: number } = {}) =>
  Effect.gen(function* () {
    const asked: Array<string> = [];
    const port = yield* peer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers["accept-encoding"]}`);
      answer(request, response);
    });
    const origin = `http://127.0.0.1:${port}`;
    const init = yield* initOf().pipe(guarded({ allowedOrigins: [origin], ...more }));
    return { port, origin, init, asked };
  });

describe("Node's own fetch under the guard", () => {
  it.live("reaches an allowed origin by address and by name", () =>
    Effect.gen(function* () {
      const { origin, init } = yield* allowed((_request, response) => response.end("well"));
      assert.deepStrictEqual(yield* get(init, origin), { status: 200, body: "well" });
      const port = yield* peer((request, response) => response.end(request.headers.host));
      const named = `http://keycloak.acme.test:${port}`;
      const { asked, provided } = nameServer(["127.0.0.1"]);
      const rules = yield* initOf().pipe(guarded({ allowedOrigins: [named] }), provided);
      assert.strictEqual((yield* get(rules, named)).body, `keycloak.acme.test:${port}`);
      assert.deepStrictEqual(asked, ["keycloak.acme.test"]);
    }).pipe(Effect.scoped),
  );

  it.live("reaches no other port, scheme or name of the same machine", () =>
    Effect.gen(function* () {
      let reached = 0;
      const other = yield* peer((_request, response) => {
        reached += 1;
        response.end();
      });
      const { init, port } = yield* allowed((_request, response) => response.end());
      for (const [url, sentence] of [
        [`http://127.0.0.1:${other}`, "is not https"],
        [`https://127.0.0.1:${port}`, "127.0.0.1 is not a public address"],
        [`https://[::1]:${other}`, "::1 is not a public address"],
        [`https://[::ffff:127.0.0.1]:${other}`, "::ffff:7f00:1 is not a public address"],
        [`https://localhost:${other}`, "is not a public address"],
      ] as const) {
        const { reason, detail } = yield* stopped(init, url);
        assert.strictEqual(reason, "refused");
        assert.include(detail, sentence);
      }
      assert.strictEqual(reached, 0);
    }).pipe(Effect.scoped),
  );

  it.live("connects to the address that was judged and asks no second time", () =>
    Effect.gen(function* () {
      const seen = yield* attempts;
      // Never given out by anybody, and public by every rule: nobody is reached when this test runs.
      const { asked, provided } = nameServer(["3ffe:ffff::1"], ["127.0.0.1"]);
      const init = yield* initOf().pipe(guarded({ allowedOrigins: [] }), provided);
      const request = get({ ...init, signal: AbortSignal.timeout(1_000) }, "https://rebind.acme.test");
      yield* Effect.flip(request);
      assert.deepStrictEqual(asked, ["rebind.acme.test"]);
      assert.deepStrictEqual(seen, ["3ffe:ffff::1"]);
    }).pipe(Effect.scoped),
  );

  it.live("judges anew what was public when it was saved", () =>
    Effect.gen(function* () {
      const seen = yield* attempts;
      const { check, outbound } = yield* Egress;
      yield* check("https://rebind.acme.test");
      const { init } = yield* outbound({});
      const { detail } = yield* stopped(init, "https://rebind.acme.test");
      assert.include(detail, "127.0.0.1 is not a public address");
      assert.deepStrictEqual(seen, []);
    }).pipe(guarded({ allowedOrigins: [] }), nameServer(["1.1.1.1"], ["127.0.0.1"]).provided, Effect.scoped),
  );

  it.live.each<readonly [string]>([["/latest/meta-data"], ["http://169.254.169.254/latest/meta-data"]])(
    "hands on a redirect to %s and does not follow it",
    ([location]) =>
      Effect.gen(function* () {
        const { init, origin, asked } = yield* allowed((_request, response) =>
          response.writeHead(302, { location }).end(),
        );
        assert.strictEqual((yield* get(init, origin)).status, 302);
        assert.lengthOf(asked, 1);
      }).pipe(Effect.scoped),
  );

  it.live("takes a body up to the limit and stops one above it, whatever length was announced", () =>
    Effect.gen(function* () {
      const answerBytes = megabyte.length;
      const { init, origin } = yield* allowed(
        (request, response) => {
          response.write(megabyte);
          response.end(request.url === "/more" ? " " : "");
        },
        { answerBytes },
      );
      assert.lengthOf((yield* get(init, origin)).body, answerBytes);
      const { reason, detail } = yield* stopped(init, `${origin}/more`);
      assert.strictEqual(reason, "refused");
      assert.include(detail, `${origin} answered with more than ${answerBytes} bytes`);
    }).pipe(Effect.scoped),
  );

  it.live("says so at once, however the answer is cut into packets", () =>
    Effect.gen(function* () {
      const { init, origin } = yield* allowed(
        (request, response) => response.end(megabyte.subarray(0, Number(request.url?.slice(1)))),
        { answerBytes: 10 },
      );
      for (const bytes of [11, 100, 5_000, 70_000, 500_000])
        assert.include((yield* stopped(init, `${origin}/${bytes}`)).detail, "more than 10 bytes");
    }).pipe(withTimeout(5_000), Effect.scoped),
  );

  it.live("takes 32 MiB and no more unless told otherwise", () =>
    Effect.gen(function* () {
      const { init, origin } = yield* allowed((request, response) => {
        for (let count = 0; count < 32; count += 1) response.write(megabyte);
        response.end(request.url === "/more" ? " " : "");
      });
      assert.lengthOf((yield* get(init, origin)).body, 32 * megabyte.length);
      assert.include((yield* stopped(init, `${origin}/more`)).detail, "33554432 bytes");
    }).pipe(Effect.scoped),
  );

  it.live("asks for no compression and unpacks none", () =>
    Effect.gen(function* () {
      const bomb = gzipSync(megabyte);
      const { init, origin, asked } = yield* allowed((_request, response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
      );
      const rules = { ...init, headers: { "Accept-Encoding": "gzip" } };
      const { reason, detail } = yield* stopped(rules, origin);
      assert.strictEqual(reason, "refused");
      assert.include(detail, "compressed");
      assert.deepStrictEqual(asked, ["GET / identity"]);
    }).pipe(Effect.scoped),
  );

  it.live.each([["before the headers"], ["with a body that drips"]])(
    "waits no longer than the rules say: %s",
    ([how]) =>
      Effect.gen(function* () {
        const drips: Array<NodeJS.Timeout> = [];
        yield* Effect.addFinalizer(() => Effect.sync(() => drips.forEach(clearInterval)));
        const { init, origin } = yield* allowed((_request, response) => {
          if (how === "with a body that drips") drips.push(setInterval(() => response.write("."), 20));
        }).pipe(withTimeout(300));
        const { reason, detail } = yield* stopped(init, origin);
        assert.strictEqual(reason, "unavailable");
        assert.strictEqual(detail, `${origin} did not answer in time.`);
      }).pipe(Effect.scoped),
  );

  it.live("sends bodies and headers as they are", () =>
    Effect.gen(function* () {
      const { init, origin } = yield* allowed((request, response) => {
        response.writeHead(201, { "content-type": "text/plain" });
        request.on("data", (chunk: Buffer) => response.write(`${request.headers["x-name"]} ${chunk}`));
        request.on("end", () => response.end());
      });
      const post = { ...init, method: "POST", headers: { "x-name": "acme" }, body: "a=b" };
      assert.deepStrictEqual(yield* get(post, origin), { status: 201, body: "acme a=b" });
    }).pipe(Effect.scoped),
  );

  it.live("has no connection left when the scope is closed", () =>
    Effect.gen(function* () {
      const sockets = new Set<Socket>();
      const port = yield* peer((request, response) => {
        sockets.add(request.socket);
        response.end("well");
      });
      const origin = `http://127.0.0.1:${port}`;
      const scope = yield* Scope.make();
      const init = yield* initOf().pipe(guarded({ allowedOrigins: [origin] }), Scope.provide(scope));
      for (let count = 0; count < 20; count += 1) yield* get(init, origin);
      assert.isBelow(sockets.size, 3);
      const closed = Promise.all([...sockets].map((socket) => once(socket, "close")));
      yield* Scope.close(scope, Exit.void);
      yield* Effect.promise(() => closed);
      const error = yield* Effect.flip(get(init, origin));
      assert.include(String(error instanceof Error && error.cause), "destroyed");
    }).pipe(Effect.scoped),
  );
});
