/** Connections that are read: by a schedule, and now. */
import { describe, expect, it } from "vitest";
import { codesOf, dataOf } from "../support.ts";
import { acme, added, around, messages, outside, runsOf, secret, server, settled, start } from "./support.ts";

around();

describe("a schedule", () => {
  const schedule = (slug: string, every: number | null) =>
    server.graphql(
      `mutation ($slug: String!, $every: Int) { setSchedule(organization: "acme", connection: $slug, every: $every) { id sync { everySeconds dueAt } } }`,
      { slug, every },
    );

  it("is set and taken away, and a run is due at once", async () => {
    const { id, slug } = await added({ unchecked: true });
    expect(dataOf(await schedule(slug, 3600)).setSchedule.sync.everySeconds).toBe(3600);
    await expect.poll(async () => (await runsOf(slug))[0]?.state, { timeout: 20_000 }).toBe("DONE");
    expect((await runsOf(slug))[0].trigger).toBe("SCHEDULE");
    expect(dataOf(await schedule(slug, null)).setSchedule.sync).toEqual({ everySeconds: null, dueAt: null });
    dataOf(await schedule(slug, null));
    const { events } = await acme(`events(subject: "${id}") { type data }`);
    expect(events.map(({ data }: { data: unknown }) => data).slice(0, 2)).toEqual([
      { every: null },
      { every: 3600 },
    ]);
  });

  it("has bounds, and belongs to connections that are read", async () => {
    const { slug } = await added({ unchecked: true });
    expect(codesOf(await schedule(slug, 10))).toEqual(["InvalidValue"]);
    expect(codesOf(await schedule("scim", 900))).toEqual(["NotSupported"]);
    expect(codesOf(await schedule("nowhere", 900))).toEqual(["NotFound"]);
  });
});

describe("a run that is asked for", () => {
  it("is about everyone, is listed, and is found by its id with its steps", async () => {
    const { slug } = await added({ unchecked: true });
    const { me } = dataOf(await server.graphql("{ me { id } }"));
    const asked = dataOf(await start(slug)).startSync;
    expect(asked).toMatchObject({
      connection: slug,
      trigger: "OPERATOR",
      userId: null,
      requestedBy: me.id,
    });
    await settled(slug);
    const { run } = await acme(
      `run(id: "${asked.id}") { state attempts startedAt endedAt failures { id } steps { name read added beganMillis endedMillis } }`,
    );
    expect(run).toMatchObject({ state: "DONE", attempts: 1, failures: [], endedAt: expect.any(String) });
    expect(run.steps[0]).toMatchObject({ name: "users", read: 2, added: 2, endedMillis: expect.any(Number) });
    expect((await acme(`runs(first: 1) { id connection }`)).runs).toEqual([
      { id: asked.id, connection: slug },
    ]);
    expect((await acme(`runs(first: 50, before: "${asked.id}") { id }`)).runs).not.toContainEqual({
      id: asked.id,
    });
  });

  it("may be about one person, by userName or email in any case", async () => {
    const { slug } = await added();
    await settled(slug);
    for (const name of ["ADA", "ada@ACME.test"]) {
      const { userId } = dataOf(await start(slug, name)).startSync;
      expect(userId).toMatch(/^[0-9a-f-]{36}$/);
      expect((await settled(slug)).sync.lastRun.state).toBe("DONE");
    }
  });

  it("about somebody unknown is refused with what to do", async () => {
    const { slug } = await added({ unchecked: true });
    const answer = await start(slug, "linus@acme.test");
    expect(codesOf(answer)).toEqual(["NotFound"]);
    expect(messages(answer)).toBe(
      `There is no person of ${slug} with the userName or email linus@acme.test here. Whom ${slug} has not shown yet is found by reading everyone.`,
    );
  });

  it("is refused for a disabled connection, one that pushes, and one that is not there", async () => {
    const { slug } = await added({ unchecked: true });
    const set = (enabled: boolean) =>
      server.graphql(
        `mutation { setConnectionEnabled(organization: "acme", connection: "${slug}", enabled: ${enabled}) { sync { state } } }`,
      );
    expect(dataOf(await set(false)).setConnectionEnabled.sync.state).toBe("DISABLED");
    const answer = await start(slug);
    expect(codesOf(answer)).toEqual(["InvalidValue"]);
    expect(messages(answer)).toContain("Enable it first");
    expect(codesOf(await start("scim"))).toEqual(["NotSupported"]);
    expect(codesOf(await start("nowhere"))).toEqual(["NotFound"]);
    // Enabled again, it is read without being told.
    dataOf(await set(true));
    expect((await settled(slug)).sync).toMatchObject({ state: "HEALTHY", users: 2 });
  });

  it("that fails says why, and so does its connection until one goes well", async () => {
    const { slug } = await added({ unchecked: true });
    outside.secret = "another one";
    dataOf(await start(slug));
    const failed = await settled(slug);
    expect(failed.sync).toMatchObject({ state: "QUARANTINED", reason: "unauthorized", failures: 1 });
    expect(failed.sync.detail).toContain("Check both");
    expect((await runsOf(slug))[0]).toMatchObject({ state: "FAILED", reason: "unauthorized" });
    outside.secret = secret;
    dataOf(await start(slug));
    expect((await settled(slug)).sync).toMatchObject({ state: "HEALTHY", reason: null });
  });

  it("is unknown by an id that is none", async () => {
    for (const id of ["x", "00000000-0000-7000-8000-000000000000", "' or 1=1 --"]) {
      expect((await acme(`run(id: "${id}") { id }`)).run).toBeNull();
    }
    const answer = await server.graphql(
      '{ organization(slug: "acme") { runs(connection: "nowhere") { id } } }',
    );
    expect(codesOf(answer)).toEqual(["NotFound"]);
  });
});
