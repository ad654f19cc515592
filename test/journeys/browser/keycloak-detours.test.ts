/** People at a browser do not go straight: two windows, the back button, a change of mind. They see where they are. */
import { describe, expect, it } from "vitest";
import { windows } from "./chromium.ts";
import { atBrowser, enter, shown } from "./setting.ts";

const { here, missing, because } = await atBrowser();
const newWindow = windows();

describe.skipIf(missing !== undefined)(`somebody on a detour${because}`, () => {
  it("Eve began to sign in in two tabs: the second finds her signed in, too", async () => {
    await here.addPerson("eve", ["/team1"]);
    const first = await newWindow();
    await here.begin(first, "sso");
    const second = await first.context().newPage();
    await here.begin(second, "sso");
    await enter(first, "eve");
    await shown(first);
    // Keycloak's page notices by itself, or sends her back where it does not.
    if ((await second.locator("#kc-login").count()) > 0) await enter(second, "eve").catch(() => undefined);
    await second.waitForURL((url) => !url.pathname.startsWith("/realms/"));
    await second.goto(here.demos.sso.url);
    expect((await shown(second)).roles).toEqual(["reader"]);
    await first.reload();
    expect((await shown(first)).roles).toEqual(["reader"]);
  }, 60_000);

  it("Fay goes back after she signed in, and after she signed out", async () => {
    await here.addPerson("fay", ["/team1"]);
    const page = await newWindow();
    await here.begin(page, "sso");
    await enter(page, "fay");
    await shown(page);
    await page.goBack();
    // Keycloak sends the reply again, and it was used: she is told, and nothing of hers ends.
    expect(await page.locator("h1").innerText()).toBe("You are not signed in");
    await page.goto(here.demos.sso.url);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    await page.goBack();
    expect(await page.locator("body").innerText()).not.toContain("fay");
  }, 60_000);

  it("Gus brings a reply a second time, by the address of it: it is refused on a clear page", async () => {
    await here.addPerson("gus", ["/team1"]);
    const page = await newWindow();
    const brought: Array<string> = [];
    page.on("request", (request) => {
      if (request.url().includes("/callback?") || request.url().includes("/signed-in?"))
        brought.push(request.url());
    });
    await here.begin(page, "sso");
    await enter(page, "gus");
    await shown(page);
    expect(brought).toHaveLength(2);
    const [reply = "", back = ""] = brought;
    await page.goto(reply);
    expect(await page.locator("h1").innerText()).toBe("You are not signed in");
    await page.goto(back);
    expect(await page.locator("h1").innerText()).toBe("This sign-in did not begin here");
    // Nothing of that ended the session he has.
    await page.goto(here.demos.sso.url);
    expect((await shown(page)).roles).toEqual(["reader"]);
  }, 60_000);

  it("Hal says no to Keycloak: he is told that he is not signed in, and his administrator why", async () => {
    const { admin } = here.realm;
    await here.addPerson("hal", ["/team1"]);
    const [client] = await admin.clients.find({ clientId: "rolebridge-login" });
    await admin.clients.update({ id: client?.id ?? "" }, { ...client, consentRequired: true });
    const page = await newWindow();
    await here.begin(page, "sso");
    await enter(page, "hal");
    await page.locator("#kc-cancel").click();
    await page.getByRole("heading", { name: "You are not signed in" }).waitFor();
    await admin.clients.update({ id: client?.id ?? "" }, { ...client, consentRequired: false });
    const reference = await page.locator("code").innerText();
    expect(await here.rolebridge("login", "show", reference)).toContain("access_denied");
    expect(await page.locator("body").innerText()).toContain("begin again at the application");
    await here.begin(page, "sso");
    await enter(page, "hal");
    expect((await shown(page)).roles).toEqual(["reader"]);
  }, 60_000);
});
