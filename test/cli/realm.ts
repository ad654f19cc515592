/** A server, a realm to connect it to, and the command line between the two. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { makeOutside } from "../support/directory.ts";
import { startServer } from "../support/server.ts";
import { type How, newFolder, run } from "./support.ts";

const secret = "correct horse battery staple";

export const openRealm = async () => {
  const { outside, connectors } = makeOutside(secret);
  const server = await startServer({}, undefined, { connectors });
  const env = {
    ROLEBRIDGE_DATA: newFolder(),
    ROLEBRIDGE_URL: server.url,
    ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
    ROLEBRIDGE_ORGANIZATION: "acme",
  };
  const rolebridge = (args: ReadonlyArray<string>, how: How = {}) =>
    run(args, { ...how, env: { ...env, ...how.env } });
  const json = async (args: ReadonlyArray<string>, code = 0) => {
    const ran = await rolebridge([...args, "--json"]);
    expect({ code: ran.code, stderr: ran.code === code ? "" : ran.stderr }).toEqual({ code, stderr: "" });
    return JSON.parse(ran.stdout);
  };
  const secretFile = join(newFolder(), "secret");
  writeFileSync(secretFile, secret);
  /** Whoever is in the group Engineering is a developer. */
  const publishEngineers = async () => {
    const mapping = join(newFolder(), "mapping.json");
    const when = { groupName: { equals: "Engineering", connection: "kc" } };
    writeFileSync(mapping, JSON.stringify({ rules: [{ id: "engineers", when, grant: ["developer"] }] }));
    await json(["mapping", "draft", "-f", mapping]);
    await json(["mapping", "publish"]);
  };
  const connect = [
    ...["connection", "add", "keycloak", "kc", "--base-url", "https://keycloak.acme.test", "--realm", "acme"],
    ...["--client-id", "rolebridge", "--client-secret-file", secretFile, "--every", "off"],
  ];
  /** Everything that a write would leave behind. */
  const left = async () => ({
    events: await json(["event", "list", "-n", "500"]),
    accounts: await json(["account", "list"]),
    runs: await json(["sync", "runs"]),
  });
  return { outside, server, secret, rolebridge, json, publishEngineers, connect, left };
};
