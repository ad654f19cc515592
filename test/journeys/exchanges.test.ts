/**
 * Recorded exchanges, sent over HTTP as the vendors send them. Adding a case is adding a file to
 * `test/payloads/journeys`: each runs in an organization of its own, on both engines.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { engines } from "../support/engines.ts";
import { startServer } from "../support/server.ts";
import { type Journey, newWorld, play } from "./player.ts";

const folder = new URL("../payloads/journeys/", import.meta.url);
const journeys = readdirSync(folder).map((file): [string, Journey] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), "utf8")),
]);

for (const engine of engines) {
  const server = engine.skip ? undefined : await startServer({}, await engine.location());
  describe.skipIf(server === undefined)(`on the ${engine.name} engine`, () => {
    it.each(journeys)("%s", async (file, journey) => {
      if (server === undefined) return;
      const world = await newWorld(server, file.replace(".json", ""));
      await play(world, journey);
    });
  });
}
