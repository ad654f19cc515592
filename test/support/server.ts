/** A whole server in this process, over a database in memory: what journeys and the endpoints' tests talk to. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, Layer, Logger, ManagedRuntime } from "effect";
import { HttpServer } from "effect/http";
import { afterAll } from "vitest";
import { complete } from "../../config/index.ts";
import type { Connector } from "../../connectors/connector.ts";
import { appOver } from "../../src/app.ts";
import { BadCredentials, ServerAddress } from "../../src/http/index.ts";
import type { Location } from "../../src/store/index.ts";
import { bootstrap } from "../../src/tenancy/index.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came, and fail where it is other.
  readonly body: any;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const answer = async (address: string, init: RequestInit): Promise<Answer> => {
  const response = await fetch(address, init);
  return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
};

const bearer = (token: string): Record<string, string> =>
  token === "" ? {} : { authorization: `Bearer ${token}` };

const start = async (
  settings: Parameters<typeof complete>[0],
  location: Location,
  connectors?: ReadonlyArray<Connector>,
  quiet = Logger.layer([]),
  badCredentials = Number.POSITIVE_INFINITY,
) => {
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-"));
  const ready = complete({ PORT: 0, ROLEBRIDGE_DATA: folder, ...settings }, false);
  const around = Layer.merge(quiet, Layer.succeed(BadCredentials, badCredentials));
  const runtime = ManagedRuntime.make(Layer.provideMerge(appOver(ready, location, connectors), around));
  const publicUrl = await runtime.runPromise(Effect.map(ServerAddress, (address) => address.publicUrl));
  const { address } = await runtime.runPromise(HttpServer.HttpServer);
  // Where it listens: a public address of the settings leads nowhere.
  const url = address._tag === "UnixPathAddress" ? publicUrl : `http://localhost:${address.port}`;
  const quickStart = await runtime.runPromise(bootstrap(folder, publicUrl));
  if (quickStart === undefined) throw new Error("The database of a test was not empty.");
  const close = async () => {
    await runtime.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  return { runtime, url, quickStart, close };
};

/**
 * Starts a server on a free port and closes it after the file's last test. It takes some seconds: one for each
 * test file, at its top. Tokens default to those of the quick start; an empty one sends none.
 */
export const startServer = async (
  settings: Parameters<typeof complete>[0] = {},
  location: Location = { _tag: "Memory" },
  /** Other connectors than the server's own, a logger that sees what it logs, a limit on bad credentials. */
  {
    connectors,
    logger,
    badCredentials,
  }: {
    connectors?: ReadonlyArray<Connector>;
    logger?: Logger.Logger<unknown, void>;
    badCredentials?: number;
  } = {},
) => {
  const logs = Logger.layer(logger === undefined ? [] : [logger]);
  const { runtime, url, quickStart, close } = await start(
    settings,
    location,
    connectors,
    logs,
    badCredentials,
  );
  afterAll(close);
  const send = (path: string, method: string, token: string, body: unknown, type: string) =>
    answer(`${url}${path}`, {
      method,
      headers: { ...bearer(token), ...(body === undefined ? {} : { "content-type": type }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url,
    quickStart,
    /** Any request as it is. `path` starts with a slash. */
    request: (path: string, init: RequestInit = {}) => answer(`${url}${path}`, init),
    graphql: (query: string, variables: object = {}, token = quickStart.operatorToken) =>
      send("/graphql", "POST", token, { query, variables }, "application/json"),
    /** `path` below `/scim/v2`, for example `/Users`. */
    scim: (method: string, path: string, body?: unknown, token = quickStart.scimToken) =>
      send(`/scim/v2${path}`, method, token, body, "application/scim+json"),
    /** Runs an effect with the server's own services: the store, the mapping cache, the address. */
    run: <A, E>(effect: Effect.Effect<A, E, ManagedRuntime.ManagedRuntime.Services<typeof runtime>>) =>
      runtime.runPromise(effect),
  };
};

export type TestServer = Awaited<ReturnType<typeof startServer>>;
