/** People sign in to the demo application with a real browser and a real Keycloak, and see their roles there. */
import { sql } from "kysely";
import { describe, expect, inject, it } from "vitest";
import { sweep } from "../../../src/sync/index.ts";
import { noChromium, windows } from "./chromium.ts";
import { enter, openSetting, protocols, type Setting, shown } from "./setting.ts";

const keycloak = inject("keycloak");
const missing = noChromium ?? ("missing" in keycloak ? keycloak.missing : undefined);
const because = missing === undefined ? "" : ` (skipped, because ${missing})`;
const newWindow = windows();
let here: Setting;

if (!("missing" in keycloak) && missing === undefined) here = await openSetting(keycloak);

describe.skipIf(missing !== undefined)(`somebody at a browser${because}`, () => {
  for (const { name, slug } of protocols) {
    it(`Ada signs in for the first time by ${name}: she has an account, and her team's role`, async () => {
      await here.addPerson(`ada-${slug}`, ["/team1"]);
      const page = await newWindow();
      await here.begin(page, slug);
      await enter(page, `ada-${slug}`);
      expect(await shown(page)).toEqual({
        title: expect.stringContaining(`Hello, ada-${slug}`),
        roles: ["reader"],
      });
      // Nothing of the login stays in the address.
      expect(page.url()).toBe(`${here.demos[slug].url}/`);
    }, 60_000);

    it(`Bob changed teams: his next login by ${name} shows the new role at once`, async () => {
      const id = await here.addPerson(`bob-${slug}`, ["/team1"]);
      const page = await newWindow();
      await here.begin(page, slug);
      await enter(page, `bob-${slug}`);
      expect((await shown(page)).roles).toEqual(["reader"]);
      await here.leave(id, "team1");
      await here.join(id, "team2");
      // Keycloak knows him still, and asks for no password.
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("link", { name: "Sign in" }).click();
      expect((await shown(page)).roles).toEqual(["writer"]);
    }, 60_000);
  }

  it("Cyd's provider stops telling groups: he keeps his role, and the login says so; told he has none, it goes", async () => {
    const { admin } = here.realm;
    await here.addPerson("cyd", ["/team1"]);
    const page = await newWindow();
    await here.begin(page, "sso");
    await enter(page, "cyd");
    expect((await shown(page)).roles).toEqual(["reader"]);

    const [client] = await admin.clients.find({ clientId: "rolebridge-login" });
    const [groups] = client?.protocolMappers ?? [];
    const at = { id: client?.id ?? "", mapperId: groups?.id ?? "" };
    await admin.clients.delProtocolMapper(at);
    await page.goto(`${here.demos.sso.url}/sign-in`);
    expect((await shown(page)).roles).toEqual(["reader"]);
    const [login] = JSON.parse(await here.rolebridge("login", "list", "--json"));
    expect(await here.rolebridge("login", "show", login.id)).toContain("The reply has no claim groups.");

    // A claim that is there and empty: everything is said, and it is nothing.
    await admin.clients.addProtocolMapper(
      { id: at.id },
      {
        name: "no-groups",
        protocol: "openid-connect",
        protocolMapper: "oidc-hardcoded-claim-mapper",
        config: {
          "claim.name": "groups",
          "claim.value": "[]",
          "jsonType.label": "JSON",
          "id.token.claim": "true",
        },
      },
    );
    await page.goto(`${here.demos.sso.url}/sign-in`);
    expect((await shown(page)).roles).toEqual(["none"]);
    const now = await admin.clients.listProtocolMappers({ id: at.id });
    for (const { id: mapperId = "" } of now) await admin.clients.delProtocolMapper({ id: at.id, mapperId });
    const { id: _, ...again } = groups ?? {};
    await admin.clients.addProtocolMapper({ id: at.id }, again);
  }, 60_000);

  it("Dee did not sign in for so long that nobody vouches for her: her roles and her session are over", async () => {
    await here.addPerson("dee", ["/team1"]);
    const page = await newWindow();
    await here.begin(page, "sso");
    await enter(page, "dee");
    expect((await shown(page)).roles).toEqual(["reader"]);
    await here.change(sql`update login_facts set until = now() - interval '1 minute'`);
    await here.change(sql`update login set until = now() - interval '1 minute' where until is not null`);
    await here.server.run(sweep());
    await page.reload();
    expect(await page.locator("h1").innerText()).toBe("You are signed out");
    expect(await page.locator("p").first().innerText()).toBe("Your session is over.");
    expect(await here.rolebridge("explain", "dee@acme.test", "--why-not", "reader")).not.toContain(
      "because rule",
    );
    // She comes back, and so does her role.
    await page.getByRole("link", { name: "Sign in" }).click();
    expect((await shown(page)).roles).toEqual(["reader"]);
  }, 60_000);
});
