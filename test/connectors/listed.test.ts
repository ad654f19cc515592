/** Lists in one setting have one limit, and groups that a reply names one form, whatever the protocol. */
import { Effect } from "effect";
import { describe, expect, it } from "vitest";
import { groupId, listIn } from "../../connectors/connector.ts";
import { oidc } from "../../connectors/oidc/index.ts";
import { saml } from "../../connectors/saml/index.ts";
import { keycloakCertificate } from "./saml/messages.ts";

const one = "https://login.acme.test/realms/acme";
const settings = {
  oidc: { issuer: one, clientId: "rolebridge", clientSecret: "secret" },
  saml: { idpEntityId: one, ssoUrl: one, certificates: keycloakCertificate, subjectAttribute: "id" },
};
const opens = (acceptedAudiences: string) =>
  [
    oidc.open({ ...settings.oidc, acceptedAudiences }),
    saml.open({ ...settings.saml, acceptedAudiences }),
  ].map((open) => Effect.runSyncExit(Effect.scoped(open))._tag);

const names = (count: number, length: number) => Array(count).fill("x".repeat(length)).join(" ");

describe("a list in one setting", () => {
  it.each([
    [20, 300, "Success"],
    [21, 1, "Failure"],
    [20, 400, "Failure"],
  ])("of %s texts, each of %s characters, ends in %s for every protocol", (count, length, tag) => {
    expect(opens(names(count, length))).toEqual([tag, tag]);
  });

  it("has its texts with any number of spaces between", () => {
    expect(listIn(" a  b ")).toEqual(["a", "b"]);
  });
});

describe("the id of a group that a reply names", () => {
  it("is never that of a role", () => {
    expect(groupId("realm-role", "admin")).toBe("realm-role:admin");
    expect(groupId("group", "admin")).toBe("admin");
    expect(groupId("group", "realm-role:admin")).toBe("group:realm-role:admin");
    expect(groupId("group", "group:x")).toBe("group:group:x");
  });
});
