/** The pages for clients, followed on a real server: each of their commands, in their order, a person pushed between. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startServer } from "../cli/support.ts";
import { shell } from "../support/shell.ts";

const server = await startServer();
const root = join(import.meta.dirname, "../..");
const folder = join(root, "docs/clients");
const pages = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));

const blocksOf = (text: string) => [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);

const bash = (commands: string) => shell(commands, root, { ...process.env, ROLEBRIDGE_DATA: server.folder });

const push = async (token: string, path: string, body: object): Promise<string> => {
  const answer = await server.scim("POST", path, body, token);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
};

/** What the page tells to do in the identity provider. */
const provision = async (token: string) => {
  const schemas = (name: string) => ({ schemas: [`urn:ietf:params:scim:schemas:core:2.0:${name}`] });
  const value = await push(token, "/Users", { ...schemas("User"), userName: "ada@acme.test", active: true });
  await push(token, "/Groups", { ...schemas("Group"), displayName: "Engineering", members: [{ value }] });
};

describe.each(pages)("docs/clients/$file", ({ text }) => {
  it("works as it is written", { timeout: 180_000 }, async () => {
    const [setUp = "", ...others] = blocksOf(text);
    const said = await bash(setUp);
    const token = said.trim().split("\n").at(-1) ?? "";
    expect(token).toMatch(/^rbs_/);
    await provision(token);
    let all = "";
    for (const commands of others) all += await bash(commands);
    expect(all).toMatch(/Engineering/);
    expect(all).toContain("ada@acme.test");
  });

  it("names no file that is not there", () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = ""]) => link);
    for (const link of links) expect(existsSync(join(folder, link)), link).toBe(true);
  });

  it("names no command that does not exist", async () => {
    const named = [...text.matchAll(/`((?:token|client|connection) [a-z]+)/g)].map(([, words = ""]) => words);
    for (const words of new Set(named)) {
      const { stdout } = await server.rolebridge([...words.split(" "), "--help"]);
      expect(stdout, words).toContain(`rolebridge ${words}`);
    }
  });
});

describe("the pages for clients", () => {
  it("are linked from where people look", () => {
    for (const [place, prefix] of [
      ["README.md", "docs/clients"],
      ["docs/connecting-scim.md", "clients"],
    ] as const) {
      const text = readFileSync(join(root, place), "utf8");
      for (const { file } of pages) expect(text, place).toContain(`(${prefix}/${file})`);
    }
  });
});
