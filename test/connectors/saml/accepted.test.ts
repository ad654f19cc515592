/** Messages of every supported shape are believed, and what they say of a person is heard as it was said. */
import { Exit } from "effect";
import { describe, expect, it } from "vitest";
import type { Verified } from "../../../connectors/connector.ts";
import { ecSigner } from "./certificate.ts";
import { encrypted } from "./encrypt.ts";
import {
  attacker,
  audience,
  callback,
  certificateOfOurs,
  encode,
  finish,
  issuedAt,
  issuer,
  keycloakCertificate,
  ours,
  oursElliptic,
  outcome,
  person,
  real,
  realAssertionSigned,
  signed,
  unasked,
  unsigned,
} from "./messages.ts";
import { sign } from "./sign.ts";

const accepted = `ACCEPTED ${person}`;
const elliptic384 = ecSigner("P-384");

const verified = async (xml: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Verified> => {
  const exit = await finish(encode(xml), { settings });
  if (Exit.isSuccess(exit)) return exit.value;
  throw new Error(JSON.stringify(exit.cause));
};

const pretty = (xml: string) => xml.replaceAll(/(<\/[a-zA-Z:]+>|\/>)(?=<)/g, "$1\n  ");
const withAttributes = (xml: string) =>
  unsigned.replace(
    /<saml:AttributeStatement>.*<\/saml:AttributeStatement>/,
    () => `<saml:AttributeStatement>${xml}</saml:AttributeStatement>`,
  );
const attribute = (name: string, ...values: ReadonlyArray<string>) =>
  `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join("")}</saml:Attribute>`;
const told = (xml: string, settings: Readonly<Record<string, unknown>>) =>
  verified(signed(withAttributes(xml)), settings);

describe("a message is believed", () => {
  it.each([
    ["Keycloak's, with both signed", real],
    ["Keycloak's, with only the assertion signed", realAssertionSigned],
    ["with the assertion signed", signed(unsigned)],
    ["with the response signed", signed(unsigned, { of: "Response" })],
    ["with both signed by us", signed(signed(unsigned), { of: "Response" })],
    ["with the certificate shown", signed(unsigned, { shows: ours })],
    ["with another certificate shown than the pinned one", signed(unsigned, { shows: attacker })],
    [
      "with another certificate shown, around Keycloak's signed assertion",
      signed(realAssertionSigned, { of: "Response", shows: attacker }),
    ],
    ["with RSA-SHA384", signed(unsigned, { method: "rsa-sha384" })],
    ["with RSA-SHA512 and a SHA-512 digest", signed(unsigned, { method: "rsa-sha512", digest: "sha512" })],
    ["with a SHA-384 digest", signed(unsigned, { digest: "sha384" })],
    ["with RSA-PSS", signed(unsigned, { method: "pss-sha256" })],
    ["with RSA-PSS and SHA-512", signed(unsigned, { method: "pss-sha512" })],
    ["with ECDSA-SHA256", sign(unsigned, oursElliptic, { method: "ecdsa-sha256" })],
    ["with an XML declaration", `<?xml version="1.0" encoding="UTF-8"?>\n${real}`],
    ["printed prettily", signed(pretty(unsigned), { of: "Response" })],
    [
      "with namespaces that the signature counts in",
      signed(
        unsigned.replace("<samlp:Response ", '<samlp:Response xmlns:xs="http://www.w3.org/2001/XMLSchema" '),
        { inclusive: ["xs"] },
      ),
    ],
    [
      "with a second audience beside us",
      signed(
        unsigned.replace(
          "<saml:Audience>",
          "<saml:Audience>https://other.acme.test</saml:Audience><saml:Audience>",
        ),
      ),
    ],
    [
      "with characters by reference",
      signed(unsigned.replace(person, `&#${person.charCodeAt(0)};${person.slice(1)}`)),
    ],
  ])("%s", async (_, xml) => {
    expect(await outcome(encode(xml))).toBe(accepted);
  });

  const own = { certificate: certificateOfOurs };
  it.each([
    ["the assertion signed in it", encrypted(signed(unsigned), own)],
    ["Keycloak's assertion, signed by it", encrypted(realAssertionSigned, own)],
    ["the response signed around it", signed(encrypted(unsigned, own), { of: "Response" })],
    ["both signed", signed(encrypted(signed(unsigned), own), { of: "Response" })],
    ["AES-128", encrypted(signed(unsigned), own, { cipher: "aes128-gcm" })],
    ["OAEP with SHA-256", encrypted(signed(unsigned), own, { wrap: "oaep-sha256" })],
    ["OAEP that names no digest", encrypted(signed(unsigned), own, { wrap: "oaep-plain" })],
    ["the key beside the data, as Okta has it", encrypted(signed(unsigned), own, { beside: true })],
  ])("encrypted, with %s", async (_, xml) => {
    expect(await outcome(encode(xml), { settings: { encryption: "required" } })).toBe(accepted);
    expect(await outcome(encode(xml))).toBe(accepted);
  });

  it("plain, only where the connection does not require encryption", async () => {
    expect(await outcome(encode(real), { settings: { encryption: "required" } })).toBe("encryption");
    expect(await outcome(encode(real), { settings: { encryption: "offered" } })).toBe(accepted);
  });

  it("that nobody asked for, in ten minutes, and only as such a one", async () => {
    const xml = encode(signed(unasked));
    expect(await outcome(xml, { unsolicited: true })).toBe(accepted);
    expect(await outcome(xml)).toBe("in-response-to");
    const lasting = unasked.replaceAll(/NotOnOrAfter="[^"]*"/g, 'NotOnOrAfter="2030-01-01T00:00:00.000Z"');
    const minutes = (count: number) =>
      outcome(encode(signed(lasting)), { unsolicited: true, after: count * 60_000 });
    expect([await minutes(9.5), await minutes(10.5)]).toEqual([accepted, "age"]);
  });

  it("with ECDSA-SHA384, by a connection that pins such a key", async () => {
    const xml = sign(unsigned, elliptic384, { method: "ecdsa-sha384" });
    expect(await outcome(encode(xml), { certificates: elliptic384.certificate })).toBe(accepted);
  });

  it("with its base64 in lines", async () => {
    const lines = encode(real).replaceAll(/(.{76})/g, "$1\r\n");
    expect(await outcome(lines)).toBe(accepted);
  });

  it("whichever of the pinned certificates it was signed with, in any order", async () => {
    const both = [attacker.certificate, keycloakCertificate];
    expect(await outcome(encode(real), { certificates: both.join("") })).toBe(accepted);
    expect(await outcome(encode(real), { certificates: both.toReversed().join("") })).toBe(accepted);
  });
});

describe("a message that is believed", () => {
  it("says who signed in, until when it could come again, and all that was looked at", async () => {
    const { user, once, session, checks } = await verified(real, { emailsAreVerified: true });
    expect(user).toMatchObject({
      id: person,
      resource: { userName: "gus", name: { givenName: "gus" }, emails: [{ value: "gus@acme.test" }] },
    });
    expect(once).toEqual({
      issuer,
      id: /<saml:Assertion [^>]* ID="([^"]*)"/.exec(real)?.[1],
      until: issuedAt - 2_000 + 300_000 + 60_000,
    });
    expect(session).toEqual({ id: expect.stringContaining("::"), until: issuedAt + 36_000_000 });
    expect(checks.map(({ name }) => name).join(" ")).toBe(
      "size encoding markup xml status structure ids signature-form signature second-reader version issuer destination in-response-to confirmation recipient in-response-to confirmation-time times audience authentication attributes subject",
    );
    expect(checks.find(({ name }) => name === "signature")?.detail).toBe("rsa-sha256, rsa-sha256");
    expect(JSON.stringify(checks)).not.toContain("gus");
  });

  it("tells groups by the provider's names, and keeps groups and roles apart", async () => {
    const { groups } = await verified(real);
    expect(groups.complete).toEqual(["group", "realm-role"]);
    expect(groups.missing).toBeNull();
    expect(groups.groups.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["/team1", "/team2", "realm-role:view-profile"]),
    );
  });

  it("keeps what it does not speak of: absent is not empty", async () => {
    const generic = { preset: "generic" };
    const absent = (await told(attribute("uid", "gus"), generic)).groups;
    expect(absent).toEqual({ groups: [], complete: [], missing: "The reply has no attribute groups." });
    expect((await told(attribute("groups"), generic)).groups).toEqual({
      groups: [],
      complete: ["group"],
      missing: null,
    });
    const asEmpty = await told(attribute("uid", "gus"), { ...generic, absentIsEmpty: true });
    expect(asEmpty.groups).toEqual({ groups: [], complete: ["group"], missing: null });
    const other = await told(attribute("teams", "a"), { ...generic, groupsAttribute: "teams" });
    expect(other.groups.groups.map(({ id }) => id)).toEqual(["a"]);
  });

  it("takes Entra's overage for what it is, and its object id for the person", async () => {
    const claims = "http://schemas.microsoft.com";
    const object = attribute(
      `${claims}/identity/claims/objectidentifier`,
      "0f8fad5b-d9cb-469f-a165-70867728950e",
    );
    const roles = attribute(`${claims}/ws/2008/06/identity/claims/role`, "Admin");
    const over = await told(
      `${object}${roles}${attribute(`${claims}/claims/groups.link`, "https://graph.microsoft.com/x")}`,
      { preset: "entra" },
    );
    expect(over.user.id).toBe("0f8fad5b-d9cb-469f-a165-70867728950e");
    expect(over.groups).toMatchObject({
      groups: [{ id: "client-role:Admin" }],
      complete: ["client-role"],
      missing: expect.stringContaining("too many"),
    });
  });

  it.each(["__proto__", "constructor", "hasOwnProperty"])(
    "takes an attribute named %s for a name like others",
    async (name) => {
      const { groups, user } = await told(attribute(name, "admins"), {
        preset: "generic",
        groupsAttribute: name,
      });
      expect(groups.groups.map(({ id }) => id)).toEqual(["admins"]);
      expect(user.resource).toEqual({ userName: person, active: true });
      expect(Object.hasOwn(Object.prototype, "admins")).toBe(false);
    },
  );

  it("puts attributes of one name together, and cannot name a group like a role", async () => {
    const { groups } = await told(
      `${attribute("groups", "a", "b")}${attribute("groups", "b", "realm-role:admin", "")}`,
      { preset: "generic" },
    );
    expect(groups.groups.map(({ id }) => id)).toEqual(["a", "b", "group:realm-role:admin"]);
  });

  it("may name its subject by a name only where the connection says that names are not given twice", async () => {
    const names = ["SAML:1.1:nameid-format:emailAddress", "SAML:1.1:nameid-format:unspecified"].map(
      (format) => unsigned.replace("SAML:2.0:nameid-format:persistent", format),
    );
    const without = unsigned.replace(/<saml:NameID [^>]*>/, "<saml:NameID>");
    for (const xml of [...names, without]) {
      expect(await outcome(encode(signed(xml)))).toBe("subject");
      expect(await outcome(encode(signed(xml)), { settings: { namesAreNotReused: true } })).toBe(accepted);
      const { user } = await verified(signed(xml), { subjectAttribute: "username" });
      expect(user.id).toBe("gus");
    }
    const transient = unsigned.replace("nameid-format:persistent", "nameid-format:transient");
    expect(await outcome(encode(signed(transient)), { settings: { namesAreNotReused: true } })).toBe(
      "subject",
    );
  });

  it("gives an address apart where nobody vouches for it, and takes no roles said for none where asked to", async () => {
    expect(await verified(real)).toMatchObject({ unproven: "gus@acme.test" });
    expect(await verified(real, { emailsAreVerified: true })).not.toHaveProperty("unproven");
    const asEmpty = await told(attribute("member", "/a"), { absentIsEmpty: true });
    expect(asEmpty.groups).toMatchObject({ complete: ["group", "realm-role"], missing: null });
  });

  it("vouches for an email only where the connection says so", async () => {
    expect((await verified(real)).user.resource["emails"]).toBeUndefined();
    const { user } = await verified(real, { emailsAreVerified: true });
    expect(user.resource["emails"]).toEqual([{ value: "gus@acme.test", primary: true }]);
  });

  it("is for our own entity ID where the provider knows us by one", async () => {
    const xml = signed(unsigned.replace(audience, "https://rolebridge.acme.test"));
    expect(await outcome(encode(xml), { settings: { entityId: "https://rolebridge.acme.test" } })).toBe(
      accepted,
    );
    expect(callback).toContain("/callback");
  });
});
