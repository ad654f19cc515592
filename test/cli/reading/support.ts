/** Commands as processes, against a server with a directory in memory behind its connections. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect } from "vitest";
import { makeOutside, smallDirectory } from "../../support/directory.ts";
import { startServer } from "../../support/server.ts";
import { type How, newFolder, run } from "../support.ts";

export const secret = "correct horse battery staple";
const { outside, connectors } = makeOutside(secret);

export { outside };
export const server = await startServer({}, undefined, { connectors });
const folder = newFolder();

export const env = {
  ROLEBRIDGE_DATA: folder,
  ROLEBRIDGE_URL: server.url,
  ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
  ROLEBRIDGE_ORGANIZATION: "acme",
};
export const withEnv = (how: How = {}): How => ({ ...how, env: { ...env, ...how.env } });

/** Every command of a file, so that the secret is looked for in all that any of them says. */
export const rolebridge = async (args: ReadonlyArray<string>, how: How = {}) => {
  const ran = await run(args, withEnv(how));
  expect(ran.stdout + ran.stderr).not.toContain(secret);
  return ran;
};

export const json = async (args: ReadonlyArray<string>, code = 0, how: How = {}) => {
  const ran = await rolebridge([...args, "--json"], how);
  expect({ code: ran.code, stderr: ran.code === code ? "" : ran.stderr }).toEqual({ code, stderr: "" });
  return JSON.parse(ran.stdout);
};

export const fileOf = (text: string): string => {
  const file = join(newFolder(), "text");
  writeFileSync(file, text);
  return file;
};
export const secretFile = fileOf(`${secret}\n`);

export const address = [
  "--base-url",
  "https://keycloak.acme.test",
  "--realm",
  "acme",
  "--client-id",
  "rolebridge",
];
export const flags = [...address, "--client-secret-file", secretFile];

let made = 0;
export const newSlug = () => {
  made += 1;
  return `kc-${made}`;
};

/** A connection that nobody has asked for yet, without a schedule. */
export const stored = async () => {
  const slug = newSlug();
  await json(["connection", "add", "keycloak", slug, ...flags, "--every", "off", "--unchecked"]);
  return slug;
};

/** Before each test everything there is as usual. */
export const around = () => {
  beforeEach(() => {
    outside.directory = smallDirectory();
    outside.secret = secret;
    outside.lacks = [];
    outside.fault = undefined;
    outside.asked.length = 0;
  });
};
