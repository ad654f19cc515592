/** People sign in to the demo application with a real browser and a real Keycloak, and see their roles there. */
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { sweep } from "../../../src/sync/index.ts";
import { windows } from "./chromium.ts";
import { atBrowser, enter, protocols, shown } from "./setting.ts";

const { here, missing, because } = await atBrowser();
const newWindow = windows();

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

  for (const { name, slug } of protocols) {
    it(`Cyd's provider stops telling groups by ${name}: he keeps his role, and the login says so; told he has none, it goes`, async () => {
      await here.addPerson(`cyd-${slug}`, ["/team1"]);
      const page = await newWindow();
      await here.begin(page, slug);
      await enter(page, `cyd-${slug}`);
      expect((await shown(page)).roles).toEqual(["reader"]);

      const telling = await here.groupsOf(slug);
      await telling.leaveOut();
      await page.goto(`${here.demos[slug].url}/sign-in`);
      expect((await shown(page)).roles).toEqual(["reader"]);
      const [login] = JSON.parse(await here.rolebridge("login", "list", "--json"));
      expect(await here.rolebridge("login", "show", login.id)).toContain(telling.absent);

      // There, and empty: everything is said, and it is nothing.
      await telling.tellNone();
      await page.goto(`${here.demos[slug].url}/sign-in`);
      expect((await shown(page)).roles).toEqual(["none"]);
      await telling.asBefore();
    }, 60_000);

    it(`Dee did not sign in by ${name} for so long that nobody vouches for her: her roles and her session are over`, async () => {
      await here.addPerson(`dee-${slug}`, ["/team1"]);
      const page = await newWindow();
      await here.begin(page, slug);
      await enter(page, `dee-${slug}`);
      expect((await shown(page)).roles).toEqual(["reader"]);
      await here.change(sql`update login_facts set until = now() - interval '1 minute'`);
      await here.change(sql`update login set until = now() - interval '1 minute' where until is not null`);
      await here.server.run(sweep());
      await page.reload();
      expect(await page.locator("h1").innerText()).toBe("You are signed out");
      expect(await page.locator("p").first().innerText()).toBe("Your session is over.");
      const why = await here.rolebridge("explain", `dee-${slug}@acme.test`, "--why-not", "reader");
      expect(why).not.toContain("because rule");
      // She comes back, and so does her role.
      await page.getByRole("link", { name: "Sign in" }).click();
      expect((await shown(page)).roles).toEqual(["reader"]);
    }, 60_000);
  }
});
