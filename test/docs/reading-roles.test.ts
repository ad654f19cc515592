/** The page on reading roles: each of its requests answers what it shows. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { addApplication, asker, pusher, reader } from "../rest/support.ts";
import { startServer } from "../support/server.ts";
import { shell } from "../support/shell.ts";

const page = readFileSync(new URL("../../docs/reading-roles.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/```(sh|json)\n(.*?)```/gs)].map(([, kind = "", text = ""]) => ({
  kind,
  text,
}));

const server = await startServer();

/** Ids and times are other ones each time. */
const alike = (text: string): unknown =>
  JSON.parse(text.replace(/"[0-9a-f-]{36}"/g, '"ID"').replace(/"20[0-9T:.-]+Z"/g, '"TIME"'));

it("answers as the page on reading roles says", async () => {
  const ask = asker(server);
  const secret = await addApplication(ask);
  const push = pusher(server);
  const user = await push.user("ada@acme.test", {
    externalId: "00u1",
    displayName: "Ada Lovelace",
    emails: [{ value: "ada@acme.test", primary: true }],
  });
  await push.group("Engineering", [user]);
  await ask(
    `mutation($organization: String!) {
      setRole(organization: $organization, key: "developer", permissions: ["invoices.write"]) { key } }`,
  );
  const { body } = await reader(server, secret)("/accounts?userName=ada%40acme.test");
  const env = { ...process.env, URL: server.url, SECRET: secret, ACCOUNT: body.account };
  const requests = blocks.flatMap(({ kind, text }, at) =>
    kind === "sh" && text.includes("curl") ? [{ text, shown: blocks[at + 1] }] : [],
  );
  expect(requests).toHaveLength(5);
  for (const { text, shown } of requests) {
    const said = await shell(text, ".", env);
    if (shown?.kind === "json") expect(alike(said)).toEqual(alike(shown.text));
    else expect(said).toMatch(/^304\n$|"account"/);
  }
}, 60_000);
