import type { Ask } from "../../rest/support.ts";

/** The test that a page at its end refers to. */
export const testedLogin = async (ask: Ask, page: string) => {
  const id = /<code>([0-9a-f-]{36})<\/code>/.exec(page)?.[1];
  const { organization } = await ask(
    `query($organization: String!, $id: ID!) { organization(slug: $organization) { login(id: $id) {
      id outcome application account active checks { name passed detail }
      tested { passed person groups rolesBefore { role scope } rolesAfter { role scope } } } } }`,
    { id },
  );
  return organization.login;
};
