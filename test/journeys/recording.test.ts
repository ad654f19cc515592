/** Journeys are recorded while they are played; what was recorded is then played, with the same answers. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { raw } from "../support/raw.ts";
import { startServer } from "../support/server.ts";
import { type Journey, newWorld, play, type World } from "./player.ts";

const server = await startServer();

const ask = async (query: string, variables: object = {}) => {
  const { body } = await server.graphql(query, variables);
  expect(body.errors).toBeUndefined();
  return body.data;
};

const start = async (slug: string, exchanges = 500): Promise<string> =>
  (
    await ask(
      `mutation { startRecording(organization: "${slug}", connection: "scim", seconds: 600, exchanges: ${exchanges}) { id live } }`,
    )
  ).startRecording.id;

const recordings = async (slug: string) =>
  (await ask(`{ organization(slug: "${slug}") { recordings { id live exchanges skipped } } }`)).organization
    .recordings;

const until = async (slug: string, exchanges: number): Promise<void> => {
  const [found] = await recordings(slug);
  if (found.exchanges < exchanges) await until(slug, exchanges);
};

const take = async (slug: string, id: string): Promise<Journey> =>
  (await ask(`mutation { takeRecording(organization: "${slug}", id: "${id}") }`)).takeRecording;

const journey = (name: string): Journey =>
  JSON.parse(readFileSync(new URL(`../payloads/journeys/${name}.json`, import.meta.url), "utf8"));

const requestsIn = ({ steps }: Journey): number =>
  steps.reduce((sum, one) => sum + ("together" in one ? one.together.length : "request" in one ? 1 : 0), 0);

const get = ({ token }: World, path: string) =>
  raw(`${server.url}/scim/v2${path}`, "GET", { authorization: `Bearer ${token}` }, undefined);

describe.each(["entra", "okta", "onelogin", "jumpcloud"])("the journey of %s, recorded", (name) => {
  it("is answered the same when the recording is played", { timeout: 60_000 }, async () => {
    const original = journey(name);
    const world = await newWorld(server, `${name}-live`);
    const id = await start(world.slug);
    await play(world, original);
    await until(world.slug, requestsIn(original));
    const recording = await take(world.slug, id);
    expect(recording.steps).toHaveLength(requestsIn(original));
    const text = JSON.stringify(recording);
    expect(text).not.toMatch(/acme|isaac|brock|lennon|grace|hopper|onelogin-test|engineer|rb[sak]_/i);
    expect(text).toContain("{{made");
    await play(await newWorld(server, `${name}-again`), recording);
  });
});

describe("a recording", () => {
  it("ends with the last exchange it has room for, and is forgotten when it was taken", async () => {
    const world = await newWorld(server, "room");
    const id = await start("room", 2);
    for (const path of ["/Users", "/Groups"]) await get(world, path);
    await until("room", 2);
    expect(await recordings("room")).toMatchObject([{ live: false, exchanges: 2 }]);
    await get(world, "/Users");
    expect((await take("room", id)).steps.map(({ step }) => step)).toEqual([
      "1: GET /Users",
      "2: GET /Groups",
    ]);
    expect(await recordings("room")).toEqual([]);
    const again = await server.graphql(`mutation { takeRecording(organization: "room", id: "${id}") }`);
    expect(again.body.errors).toMatchObject([{ extensions: { code: "NotFound" } }]);
  });

  it("is one at a time, and says who began and who took it", async () => {
    await newWorld(server, "one");
    const id = await start("one");
    const second = await server.graphql(
      'mutation { startRecording(organization: "one", connection: "scim") { id } }',
    );
    expect(second.body.errors).toMatchObject([{ extensions: { code: "TooMany" } }]);
    await take("one", id);
    const { events } = (
      await ask('{ organization(slug: "one") { events(first: 5) { type actorKind actorId } } }')
    ).organization;
    for (const type of ["recording.started", "recording.taken"]) {
      expect(events).toContainEqual({ type, actorKind: "operator", actorId: expect.any(String) });
    }
  });

  it("has nothing of another connection, of refused credentials, or of what is too large", async () => {
    const world = await newWorld(server, "bounds");
    const id = await start("bounds");
    expect((await get({ ...world, token: world.token.replace(/.$/, "-") }, "/Users")).status).toBe(401);
    await server.scim("GET", "/Users");
    const members = Array.from({ length: 6000 }, () => ({ value: "01a21010-1eb9-7a45-9227-8d3b0dd4e5f1" }));
    const large = await server.scim(
      "POST",
      "/Groups",
      { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "x", members },
      world.token,
    );
    expect(large.status).toBe(400);
    await get(world, "/Users");
    await until("bounds", 1);
    expect(await recordings("bounds")).toMatchObject([{ exchanges: 1, skipped: 1 }]);
    expect((await take("bounds", id)).steps).toHaveLength(1);
  });

  it("refuses more than an hour or a thousand exchanges", async () => {
    for (const [field, number] of [
      ["seconds", 3601],
      ["exchanges", 1001],
    ]) {
      const { body } = await server.graphql(
        `mutation { startRecording(organization: "acme", connection: "scim", ${field}: ${number}) { id } }`,
      );
      expect(body.errors).toMatchObject([{ extensions: { code: "InvalidValue" } }]);
    }
  });
});
