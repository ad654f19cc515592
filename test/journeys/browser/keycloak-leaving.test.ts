/** Somebody whom SCIM deactivates is out: of the application at once, and of the sign-in until they are back. */
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { until } from "../../cli/support.ts";
import { pusher } from "../../rest/support.ts";
import { windows } from "./chromium.ts";
import { atBrowser, enter, protocols, shown } from "./setting.ts";

const { here, missing, because } = await atBrowser([
  { id: "staff", when: { groupName: { equals: "Staff", connection: "scim" } }, grant: ["reader"] },
]);
const newWindow = windows();

/** SCIM and both logins tell of the same people, whose addresses are the organization's. */
const oneDirectory = async () => {
  const { organization } = await here.ask(
    "query($organization: String!) { organization(slug: $organization) { id } }",
  );
  await here.change(
    sql`insert into scim_domain (organization_id, name, challenge, verified_at)
      values (${organization.id}, 'acme.test', 'x', now())`,
  );
  await here.ask(
    `mutation($organization: String!) {
      declareSameDirectory(organization: $organization, connections: ["scim", "sso", "saml"]) { slug } }`,
  );
};

if (missing === undefined) await oneDirectory();

/** Is in Keycloak, and comes by SCIM with a group. */
const hire = async (name: string) => {
  await here.addPerson(name, []);
  const push = pusher(here.server);
  const id = await push.user(name, { emails: [{ value: `${name}@acme.test`, primary: true }], active: true });
  await push.group("Staff", [id]);
  return { deactivate: () => push.patch(`/Users/${id}`, { op: "replace", path: "active", value: false }) };
};

/** The newest login. */
const latest = async () => {
  const { organization } = await here.ask(
    "query($organization: String!) { organization(slug: $organization) { logins(first: 1) { id outcome } } }",
  );
  return organization.logins[0];
};

describe.skipIf(missing !== undefined)(`somebody who leaves${because}`, () => {
  for (const { name, slug } of protocols) {
    it(`Ian is deactivated: his open session ends on its next page, and ${name} lets him in no more`, async () => {
      const ian = await hire(`ian-${slug}`);
      const page = await newWindow();
      await here.begin(page, slug);
      await enter(page, `ian-${slug}`);
      expect((await shown(page)).roles).toEqual(["reader"]);

      await ian.deactivate();
      const from = performance.now();
      await page.reload();
      expect(await page.locator("h1").innerText()).toBe("You are signed out");
      const took = performance.now() - from;
      console.log(`from the deactivation to the page that says so: ${took.toFixed(0)} ms`);
      expect(await page.locator("p").first().innerText()).toBe("Your organization ended your access.");

      await page.getByRole("link", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "You are not signed in" }).waitFor();
      expect(await page.locator("p").first().innerText()).toBe(
        "Your organization's sign-in was not accepted here. To try once more, begin again at the application.",
      );
      expect(await page.locator("body").innerText()).not.toContain("ian");
      const reference = await page.locator("code").innerText();
      expect(await here.rolebridge("login", "show", reference)).toContain("The account is not active");
    }, 60_000);

    it(`Joy is deactivated while the application fetches who she is (${name}): she does not come in`, async () => {
      const joy = await hire(`joy-${slug}`);
      const page = await newWindow();
      await here.begin(page, slug);
      const before = (await latest())?.id;
      const { child } = here.demos[slug];
      // The application stands still with the code in its hand.
      child.kill("SIGSTOP");
      const entering = enter(page, `joy-${slug}`);
      await until(async () => ((await latest())?.id === before ? undefined : true));
      expect(await latest()).toMatchObject({ outcome: "ACCEPTED" });
      await joy.deactivate();
      child.kill("SIGCONT");
      await entering;
      await page.getByRole("heading", { name: "You are not signed in" }).waitFor();
      await page.goto(here.demos[slug].url);
      await page.getByRole("link", { name: "Sign in" }).waitFor();
    }, 60_000);
  }
});
