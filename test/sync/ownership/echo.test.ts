/** Which logins come from a realm that is written, by the addresses of both. */
import { describe, expect, it } from "vitest";
import { noPush } from "../../../src/domain/index.ts";
import type { ConnectionRow } from "../../../src/store/index.ts";
import { echoesOf } from "../../../src/sync/ownership/echo.ts";

const row = (kind: string, slug: string, settings: object, more: object = {}) =>
  ({ id: slug, slug, kind, settings, enabled: true, directoryId: slug, ...more }) as unknown as ConnectionRow;

const writer = row("keycloak", "kc", { baseUrl: "https://login.acme.test", realm: "acme" });
const roles = [{ role: "developer", scope: "", group: "g", kind: "group" }];
const writing = [{ connection: "kc", settings: { ...noPush, roles } as never }];

const found = (login: ConnectionRow, writes = writing, by = writer) => echoesOf([by, login], writes);

describe("a login from a realm that is written", () => {
  it("is known by the realm's address, however it is spelled, for both protocols", () => {
    for (const address of [
      "https://login.acme.test/realms/acme",
      "https://login.acme.test/realms/acme/",
      "https://LOGIN.acme.test:443/realms/acme",
      "http://login.acme.test:80/realms/acme",
    ]) {
      const echo = [{ login: "sso", writer: "kc" }];
      expect(found(row("oidc", "sso", { issuer: address }))).toEqual(echo);
      expect(found(row("saml", "sso", { idpEntityId: address }))).toEqual(echo);
    }
    const spelled = row("keycloak", "kc", { baseUrl: "HTTPS://login.acme.test:443/", realm: "acme" });
    const login = row("oidc", "sso", { issuer: "https://login.acme.test/realms/acme" });
    expect(found(login, writing, spelled)).toHaveLength(1);
  });

  it("is none where it is another realm, another system, disabled, or declared one directory", () => {
    const issuer = "https://login.acme.test/realms/acme";
    expect(found(row("oidc", "sso", { issuer: `${issuer}2` }))).toEqual([]);
    expect(found(row("oidc", "sso", { issuer: "https://other.acme.test/realms/acme" }))).toEqual([]);
    expect(found(row("saml", "sso", { idpEntityId: "urn:acme:login" }))).toEqual([]);
    expect(found(row("oidc", "sso", { issuer }, { enabled: false }))).toEqual([]);
    expect(found(row("oidc", "sso", { issuer }, { directoryId: "kc" }))).toEqual([]);
  });

  it("is none where nothing of groups is written", () => {
    const login = row("oidc", "sso", { issuer: "https://login.acme.test/realms/acme" });
    expect(found(login, [])).toEqual([]);
    expect(found(login, [{ connection: "kc", settings: noPush as never }])).toEqual([]);
  });
});
