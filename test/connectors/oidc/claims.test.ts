/** What verified claims say of a person and of groups, and what they do not say. */
import { describe, expect, it } from "vitest";
import { groupsIn, unprovenIn, userIn } from "../../../connectors/oidc/claims.ts";

const keycloak = { preset: "keycloak", groupsClaim: "", absentIsEmpty: false } as const;

describe("claims", () => {
  it("say nothing of a kind whose claim is missing, unless the connection takes that for none: groups and roles alike", () => {
    const said = { realm_access: { roles: ["admin"] } };
    expect(groupsIn(keycloak, said)).toMatchObject({
      complete: ["realm-role"],
      missing: "The reply has no claim groups.",
    });
    const whole = groupsIn({ ...keycloak, absentIsEmpty: true }, said);
    expect(whole).toMatchObject({ complete: ["group", "realm-role", "client-role"], missing: null });
    expect(whole.groups.map(({ id }) => id)).toEqual(["realm-role:admin"]);
    // Keycloak leaves these out where there are none.
    expect(groupsIn({ ...keycloak, absentIsEmpty: true }, {}).complete).toHaveLength(3);
  });

  it("that cannot be read, or were left out for their number, are never taken for none", () => {
    const strict = { ...keycloak, absentIsEmpty: true };
    expect(groupsIn(strict, { realm_access: { roles: "admin" } }).complete).toEqual(["group", "client-role"]);
    expect(groupsIn({ ...strict, preset: "entra" }, { hasgroups: true }).complete).toEqual(["client-role"]);
  });

  it("give an address apart where the provider does not vouch for it", () => {
    const ada = { sub: "s", email: "ada@acme.test" };
    for (const email_verified of [undefined, false, "true"]) {
      const claims = email_verified === undefined ? ada : { ...ada, email_verified };
      expect(unprovenIn(claims)).toEqual({ unproven: "ada@acme.test" });
      expect(userIn(claims).resource).not.toHaveProperty("emails");
    }
    expect(unprovenIn({ ...ada, email_verified: true })).toEqual({});
  });
});
