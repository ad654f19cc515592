/** What gives reserved roles is put in force by another operator than the one who wrote it. */
import { expect, it } from "vitest";
import { codesOf, dataOf, operator } from "../graphql/support.ts";
import { startServer } from "../support/server.ts";

const server = await startServer();

const mutate = (mutation: string, token?: string) => server.graphql(`mutation { ${mutation} }`, {}, token);

const rule = (id: string, grant: string) =>
  `{ id: "${id}", when: { groupName: { equals: "Leads", connection: "scim" } }, grant: ["${grant}"] }`;

const draft = (...rules: ReadonlyArray<string>) =>
  mutate(`draftMapping(organization: "acme", document: { rules: [${rules.join(", ")}] }) { version }`);

const publish = 'publishMapping(organization: "acme") { version }';

const untilOpen = async (id: string): Promise<string> => {
  const plan = dataOf(
    await server.graphql(`{ organization(slug: "acme") { plan(id: "${id}") { state hash } } }`),
  ).organization.plan;
  return plan.state === "OPEN" ? plan.hash : untilOpen(id);
};

it("a mapping that gives a reserved role in a new way wants two operators, by whichever way it comes", async () => {
  await mutate('createRole(organization: "acme", key: "root", reserved: true) { key }');
  await mutate('createRole(organization: "acme", key: "reader") { key }');
  const another = await operator(server, "administrator");

  dataOf(await draft(rule("leads", "root")));
  const refused = await mutate(publish);
  expect(codesOf(refused)).toEqual(["Forbidden"]);
  expect(refused.body.errors[0].message).toContain("another operator");
  const preview = dataOf(await mutate('previewMapping(organization: "acme") { id }')).previewMapping.id;
  const hash = await untilOpen(preview);
  const apply = `applyPlan(organization: "acme", id: "${preview}", hash: "${hash}") { id }`;
  expect(codesOf(await mutate(apply))).toEqual(["Forbidden"]);
  dataOf(await mutate(publish, another.token));

  // The same grant again is nothing new; a second way to it is.
  dataOf(await draft(rule("leads", "root"), rule("read", "reader")));
  dataOf(await mutate(publish));
  dataOf(await draft(rule("leads", "root"), rule("more", "root")));
  expect(codesOf(await mutate(publish))).toEqual(["Forbidden"]);
});

it("taking a denial away gives a reserved role as much as granting it does", async () => {
  await mutate('createRole(organization: "acme", key: "boss", reserved: true) { key }');
  const another = await operator(server, "administrator");
  const deny =
    '{ id: "not-them", when: { groupName: { equals: "Guests", connection: "scim" } }, deny: ["boss"] }';
  dataOf(await draft(rule("bosses", "boss"), deny));
  dataOf(await mutate(publish, another.token));
  dataOf(await draft(rule("bosses", "boss")));
  expect(codesOf(await mutate(publish))).toEqual(["Forbidden"]);
  dataOf(await draft());
  dataOf(await mutate(publish));
});

it("no wildcard gives a reserved role: such a draft is refused with the place and what to write", async () => {
  const wide = '{ id: "wide", when: { groupName: { prefix: "Lead" } }, grant: ["root"] }';
  const { body } = await draft(wide);
  expect(body.errors[0].message).toMatch(/wide.*grant\[0\].*reserved|reserved.*wide/s);
});
