/** Events that cannot be had from every server: whom their paths name. */
import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import { aboutAdmin } from "../../../../connectors/keycloak/changes/admin.ts";
import { Settings } from "../../../../connectors/keycloak/settings.ts";

const settings = (effectiveRoles: boolean, clientRoles = true, organizations = false) =>
  Schema.decodeUnknownSync(Settings)({
    baseUrl: "https://keycloak.acme.test",
    realm: "acme",
    clientId: "rolebridge",
    clientSecret: "only-for-tests",
    effectiveRoles,
    clientRoles,
    organizations,
  });

const names = (
  [operationType, resourceType, resourcePath]: readonly [string, string, string?],
  of = settings(false),
) =>
  aboutAdmin(of)({
    time: 1,
    operationType,
    resourceType,
    ...(resourcePath === undefined ? {} : { resourcePath }),
  }).map((about) => {
    if (about._tag === "Everyone") return "everyone";
    const moved = about._tag === "Group" && about.movedInto === true ? ", moved into" : "";
    const what = about._tag === "Group" && about.kind.startsWith("organization") ? about.kind : about._tag;
    return `${what} ${about.id}${moved}`;
  });

const cases: ReadonlyArray<readonly [event: readonly [string, string, string?], ...hints: Array<string>]> = [
  [["CREATE", "USER", "scim/v2/Users/u1"], "User u1"],
  [["UPDATE", "GROUP", "scim/v2/Groups/g1"], "Group g1"],
  [["UPDATE", "GROUP", "groups/g1/children"], "Group g1, moved into"],
  [["CREATE", "GROUP", "groups/g1/children/g2"], "Group g1"],
  [["CREATE", "USER", "scim/v2/Users"], "everyone"],
  [["UPDATE", "SOMETHING", "scim/v2/Bulk"], "everyone"],
  [["DELETE", "REALM_ROLE_MAPPING", "ui-ext/role-mapping-delete/users/u1"], "User u1"],
  [["DELETE", "REALM_ROLE_MAPPING", "ui-ext/role-mapping-delete/groups/g1"]],
  [["DELETE", "REALM_ROLE_MAPPING", "ui-ext/role-mapping-delete/clients/c1"], "everyone"],
  [["UPDATE", "REALM"], "everyone"],
  [["UPDATE", "REALM", "events/config"], "everyone"],
  [["CREATE", "REALM", "users/u1"], "everyone"],
  [["CREATE", "ORGANIZATION", "organizations/o1"]],
  [["UPDATE", "ORGANIZATION", "organizations/o1"], "everyone"],
  [["DELETE", "ORGANIZATION", "organizations/o1"], "everyone"],
  [["CREATE", "ORGANIZATION_MEMBERSHIP", "organizations/o1/members"]],
  [["DELETE", "ORGANIZATION_MEMBERSHIP", "organizations/o1/members/u1"], "User u1"],
  [["CREATE", "ORGANIZATION_GROUP", "organizations/o1/groups"]],
  [["CREATE", "ORGANIZATION_GROUP_MEMBERSHIP", "organizations/o1/groups/g1/members/u1"], "User u1"],
  [["ACTION", "USER_FEDERATION_PROVIDER", "user-storage/s1/sync"], "everyone"],
  [["DELETE", "COMPONENT", "components/s1"], "everyone"],
  [["UPDATE", "USER_PROFILE", "users/profile"]],
  [["UPDATE", "USER", "users/.."], "everyone"],
  [["UPDATE", "USER", "users/"], "everyone"],
  [["UPDATE", "USER"], "everyone"],
  [["UPDATE", "BRAND_NEW", "users/u1"], "everyone"],
  [["UPDATE", "constructor", "users/u1"], "everyone"],
  [["DELETE", "CLIENT_ROLE", "clients/c1/roles/a/composites"], "everyone"],
  [["ACTION", "CLIENT", "clients/c1/client-secret"]],
];

const ofOrganizations: typeof cases = [
  [["CREATE", "ORGANIZATION", "organizations/o1"], "organization o1"],
  [["UPDATE", "ORGANIZATION", "organizations/o1"], "organization o1", "everyone"],
  [["DELETE", "ORGANIZATION", "organizations/o1"], "organization o1", "everyone"],
  [["CREATE", "ORGANIZATION_MEMBERSHIP", "organizations/o1/members"], "organization o1"],
  [["DELETE", "ORGANIZATION_MEMBERSHIP", "organizations/o1/members/u1"], "User u1"],
  [["CREATE", "ORGANIZATION_GROUP", "organizations/o1/groups"], "organization o1"],
  [["UPDATE", "ORGANIZATION_GROUP", "organizations/o1/groups"], "organization o1"],
  [["UPDATE", "ORGANIZATION_GROUP", "organizations/o1/groups/g1"], "organization-group o1/g1"],
  [["DELETE", "ORGANIZATION_GROUP", "organizations/o1/groups/g1"], "organization-group o1/g1"],
  [["CREATE", "ORGANIZATION_GROUP", "organizations/o1/groups/g1/children"], "organization-group o1/g1"],
  [
    ["UPDATE", "ORGANIZATION_GROUP", "organizations/o1/groups/g1/children"],
    "organization-group o1/g1, moved into",
  ],
  [["CREATE", "ORGANIZATION_GROUP_MEMBERSHIP", "organizations/o1/groups/g1/members/u1"], "User u1"],
  [["ACTION", "ORGANIZATION_MEMBERSHIP", "organizations/o1/members/invite-user"]],
  [["DELETE", "ORGANIZATION_GROUP", "organizations/../groups/g1"], "everyone"],
  [["DELETE", "ORGANIZATION_GROUP", "organizations"], "everyone"],
];

describe("the path of an admin event", () => {
  for (const [event, ...hints] of cases)
    it(`${event.join(" ")} names ${hints.join() || "nobody"}`, () => {
      assert.deepStrictEqual(names(event), hints);
    });

  for (const [event, ...hints] of ofOrganizations)
    it(`${event.join(" ")} names ${hints.join()} where organizations are read`, () => {
      assert.deepStrictEqual(names(event, settings(false, true, true)), hints);
    });

  it("names everyone where members of a SCIM group changed and roles are effective", () => {
    assert.deepStrictEqual(names(["UPDATE", "GROUP", "scim/v2/Groups/g1"], settings(true)), ["everyone"]);
  });

  it("names nobody for roles of clients where they are not read", () => {
    assert.deepStrictEqual(names(["UPDATE", "CLIENT_ROLE", "roles-by-id/r1"], settings(false, false)), []);
    assert.deepStrictEqual(names(["UPDATE", "CLIENT", "clients/c1"], settings(false, false)), []);
    assert.deepStrictEqual(names(["UPDATE", "CLIENT", "clients/c1"], settings(true, false)), ["everyone"]);
  });
});
