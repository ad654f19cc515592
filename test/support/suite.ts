/** A suite on one engine: its world is opened before its tests and closed after them. */
import type { Effect, ManagedRuntime } from "effect";
import { afterAll, beforeAll, it } from "vitest";
import type { Connector } from "../../connectors/connector.ts";
import type { EngineCase } from "./engines.ts";
import { openWorld, type World } from "./world.ts";

type Needs = ManagedRuntime.ManagedRuntime.Services<World>;

/** To be called where tests are described. Gives what declares a test that runs in that world. */
export const suiteOn = (
  { location, skip }: EngineCase,
  connectors: ReadonlyArray<Connector>,
  timeoutMillis?: number,
) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location(), connectors);
  });
  afterAll(() => world?.dispose());
  return (name: string, body: () => Effect.Effect<unknown, unknown, Needs>) =>
    it.skipIf(skip)(name, () => world.runPromise(body()), timeoutMillis);
};
