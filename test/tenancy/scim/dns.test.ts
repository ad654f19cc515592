/** TXT records by a real resolver from a real name server: an answer is told from a failure to answer. */
import { Effect } from "effect";
import { describe, expect, it } from "vitest";
import { TxtRecords } from "../../../src/tenancy/index.ts";
import { startNameServer, type Zone } from "../../support/name-server.ts";

const server = await startNameServer();
const look = (name: string, servers = [server.address]) =>
  Effect.runPromise(
    Effect.flatMap(TxtRecords, ({ lookup }) => lookup(name)).pipe(
      Effect.catchTag("LookupFailed", ({ code }) => Effect.succeed(code)),
      Effect.provide(TxtRecords.layer(servers)),
    ),
  );

describe("a look-up", () => {
  it.each<readonly [string, Zone, unknown]>([
    ["one text", [["a"]], ["a"]],
    ["several texts", [["a"], ["b"]], ["a", "b"]],
    ["a text in parts", [["a".repeat(255), "b".repeat(45)]], [`${"a".repeat(255)}${"b".repeat(45)}`]],
    ["an empty text", [[""]], [""]],
    ["no record at a name that exists", [], []],
    ["no such name", "nxdomain", []],
    ["a failure of the server", "servfail", "ESERVFAIL"],
    ["a refusal", "refused", "EREFUSED"],
  ])("of %s", async (what, zone, found) => {
    const name = `${what.replaceAll(" ", "-")}.acme.test`;
    server.publish(name, zone);
    expect(await look(name)).toEqual(found);
  });

  it("ends where nobody answers, and says so", async () => {
    server.publish("silent.acme.test", "silent");
    expect(await look("silent.acme.test")).toBe("ETIMEOUT");
  }, 30_000);

  it("ends where there is no server", async () => {
    expect(["ECONNREFUSED", "ETIMEOUT"]).toContain(await look("acme.test", ["127.0.0.1:1"]));
  }, 30_000);
});
