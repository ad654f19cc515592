/** What a product's own client says counts for less than what ours says. With HostileProvider. */
import { beforeAll, expect, it } from "vitest";
import { clientId } from "../oidc-hostile/provider.ts";
import type { Bend } from "../oidc-hostile/row.ts";
import { openHostileWorld } from "../oidc-hostile/world.ts";

const world = await openHostileWorld();
const { ask } = world;
const nonce = "of-this-very-login";
const product = "product-of-its-own";

beforeAll(async () => {
  await ask(
    `mutation($organization: String!) { createRole(organization: $organization, key: "member") { key } }`,
  );
});

const grantTeam = async (connection: string) => {
  const rule = { id: "team", when: { externalGroup: { connection, id: "team" } }, grant: ["member"] };
  await ask(
    `mutation($organization: String!, $document: JSON!) { draftMapping(organization: $organization, document: $document) { version } }`,
    { document: { rules: [rule] } },
  );
  await ask(`mutation($organization: String!) { publishMapping(organization: $organization) { version } }`);
};

const verify = async (issuer: Awaited<ReturnType<typeof world.connect>>, slug: string) =>
  world.post(`/v1/connections/${slug}/logins/verify`, {
    idToken: await world.provider.idToken(issuer, nonce),
    nonce,
  });

const says = (more: object): Bend => ({
  claims: ({ groups: _, ...usual }) => ({ ...usual, sub: "ada", ...more }),
});

it("a product's client that sends no groups takes no role; ours does, where that means none", async () => {
  const settings = { acceptedAudiences: product, absentIsEmpty: "true" };
  const issuer = await world.connect("absent", { settings, ...says({ groups: ["team"] }) });
  await grantTeam("absent");
  const roles = async () => {
    const { location } = await world.login("absent");
    const code = new URL(location ?? "").searchParams.get("code");
    return (await world.post("/login/exchange", { code })).body.roles;
  };
  expect(await roles()).toEqual([{ role: "member", scope: null }]);
  issuer.bend = says({ aud: product });
  expect(await verify(issuer, "absent")).toMatchObject({
    status: 200,
    body: { roles: [{ role: "member", scope: null }] },
  });
  issuer.bend = says({ aud: product, groups: [] });
  expect((await verify(issuer, "absent")).body.roles).toEqual([]);
  issuer.bend = says({ groups: ["team"] });
  expect(await roles()).toHaveLength(1);
  issuer.bend = says({});
  expect(await roles()).toEqual([]);
});

it("no reply counts before an operator said whose, ours neither", async () => {
  const last = async (slug: string, settings: Bend["settings"] = {}) => {
    const { status, body } = await verify(await world.connect(slug, { settings }), slug);
    return status === 422 ? (await world.trace(body.reference)).checks.at(-1).name : status;
  };
  expect(await last("unsaid")).toBe("aud");
  expect(await last("other", { acceptedAudiences: product })).toBe("aud");
  expect(await last("said", { acceptedAudiences: clientId })).toBe(200);
});
