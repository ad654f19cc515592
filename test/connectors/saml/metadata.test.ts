/**
 * A provider's metadata is read in one form, and what is not of it is refused with a sentence. Certificates are made by hand;
 * the documents are written here as the vendors write them.
 */
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { compare, readMetadata } from "../../../connectors/saml/provider/index.ts";
import { ecSigner, rsaSigner } from "./certificate.ts";

const now = Date.parse("2026-11-01T00:00:00Z");
const one = rsaSigner();
const two = rsaSigner();
const weak = rsaSigner(1024);
const elliptic = ecSigner();
const body = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");

const shown = ({ certificate }: { readonly certificate: string }) =>
  `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n${body(certificate)}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
const key = (info: string, use = ' use="signing"') => `<md:KeyDescriptor${use}>${info}</md:KeyDescriptor>`;
const service = (binding: string, location: string) =>
  `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}"/>`;
const sso = "https://idp.acme.test/saml/sso";
const services = `${service("HTTP-POST", "https://idp.acme.test/saml/post")}${service("HTTP-Redirect", sso)}`;
const role = (inside: string, more = "") =>
  `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"${more}>${inside}</md:IDPSSODescriptor>`;
const namespaces =
  'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';
const id = "https://idp.acme.test/saml";
const entity = (inside: string, more = "", entityId = id) =>
  `<md:EntityDescriptor ${namespaces} entityID="${entityId}"${more}>${inside}</md:EntityDescriptor>`;
const entities = (inside: string, more = "") =>
  `<md:EntitiesDescriptor ${namespaces}${more}>${inside}</md:EntitiesDescriptor>`;
const usual = role(`${key(shown(one))}<md:NameIDFormat>x</md:NameIDFormat>${services}`);
const good = entity(usual);

const read = (document: string, wanted = "") => readMetadata(document, now, wanted);
const names = (document: string, wanted = "") => {
  const { idpEntityId, ssoUrl, certificates } = Result.getOrThrow(read(document, wanted));
  return [idpEntityId, ssoUrl, certificates.length];
};

describe("a provider's metadata is read", () => {
  const endpoints = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP";
  it.each([
    ["as it is", good, 1],
    [
      "with a byte order mark and a declaration, as Microsoft writes it",
      `\ufeff<?xml version="1.0" encoding="utf-8"?>${good}`,
      1,
    ],
    ["with a key that says no use", entity(role(`${key(shown(one), "")}${services}`)), 1],
    [
      "with two keys, while it changes them",
      entity(role(`${key(shown(one))}${key(shown(two))}${services}`)),
      2,
    ],
    ["with one key twice", entity(role(`${key(shown(one))}${key(shown(one))}${services}`)), 1],
    ["with an elliptic key", entity(role(`${key(shown(elliptic))}${services}`)), 1],
    [
      "with a weak key to encrypt with only",
      entity(role(`${key(shown(one))}${key(shown(weak), ' use="encryption"')}${services}`)),
      1,
    ],
    [
      "among others in one document",
      entities(`${entity("<md:SPSSODescriptor/>", "", "https://sp.acme.test")}${good}`),
      1,
    ],
    [
      "beside roles of other protocols",
      entity(`<md:RoleDescriptor><x/></md:RoleDescriptor>${usual}<md:SPSSODescriptor/>`),
      1,
    ],
    [
      "with what Keycloak has before it",
      entity(
        role(
          `${key(shown(one))}<md:ArtifactResolutionService Binding="${endpoints}" Location="https://idp.acme.test" index="0"/><md:SingleLogoutService Binding="${endpoints}" Location="https://idp.acme.test"/>${services}`,
        ),
      ),
      1,
    ],
    ["that is valid for a while", entity(usual, ' validUntil="2026-11-02T00:00:00Z"'), 1],
  ])("%s", (_name, document, certificates) => {
    expect(names(document)).toEqual([id, sso, certificates]);
  });

  it("of the provider that is meant, where there are several", () => {
    const other = "https://other.acme.test";
    const document = entities(`${good}${entity(usual, "", other)}`);
    expect(names(document, other)).toEqual([other, sso, 1]);
    expect(Result.isFailure(read(document))).toBe(true);
  });
});

/** What it is, which sentence must say so, the document. */
type Row = readonly [name: string, sentence: RegExp, document: string];

const form = /do not stand as they must|not SAML 2.0 metadata/;
const certificates = /must be one to 4/;
const without = /without exactly one certificate/;
const address = /one address to sign in at/;

const rows: ReadonlyArray<Row> = [
  ["a DOCTYPE", /DOCTYPE/, `<!DOCTYPE md:EntityDescriptor>${good}`],
  ["an external entity", /DOCTYPE/, `<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>${good}`],
  ["a comment", /comment/, good.replace(sso, `${sso}"/><!-- -->`)],
  ["a comment in a certificate", /comment/, good.replace("MII", "MI<!-- -->I")],
  ["a CDATA section", /CDATA/, good.replace("<md:NameIDFormat>x", "<md:NameIDFormat><![CDATA[x]]>")],
  ["a processing instruction", /processing/, `<?x y?>${good}`],
  ["an entity that is not defined", /entity/, good.replace(">x<", ">&x;<")],
  ["2,000 entities", /elements/, entities("<md:EntityDescriptor/>".repeat(2_000))],
  ["more than 512 KB", /too large/, good.replace(">x<", `>${"x".repeat(530_000)}<`)],
  ["nesting of 100", /deeper/, good.replace(">x<", `>${"<x>".repeat(100)}<`)],
  ["half of it", /document|end/, good.slice(0, 400)],
  ["two documents", /more than one root/, `${good}${good}`],
  ["an attribute twice", /well-formed/, good.replace("entityID=", 'entityID="x" entityID=')],
  ["a plain http address", /over https/, good.replaceAll(sso, "http://idp.acme.test/saml/sso")],
  ["a page of HTML", form, "<html><body/></html>"],
  ["a SAML response", form, '<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"/>'],
  ["another namespace", form, good.replace("SAML:2.0:metadata", "SAML:1.0:metadata")],
  ["no provider", /describes no SAML 2.0/, entity("<md:SPSSODescriptor/>")],
  ["a provider of SAML 1.1", /describes no SAML 2.0/, good.replace("SAML:2.0:protocol", "SAML:1.1:protocol")],
  ["two providers", /more than one/, entities(`${good}${entity(usual, "", "https://other.acme.test")}`)],
  ["one provider twice", /more than one/, entities(`${good}${good}`)],
  ["two roles of one provider", /more than one/, entity(`${usual}${usual}`)],
  ["lists in lists", form, entities(entities(good))],
  [
    "a provider in an extension",
    form,
    entity(`<md:SPSSODescriptor/><md:Extensions>${usual}</md:Extensions>`),
  ],
  ["its elements in another order", form, entity(role(`${services}${key(shown(one))}`))],
  ["no entity ID", /entity ID/, good.replace(/ entityID="[^"]*"/, "")],
  ["an entity ID with a space", /entity ID/, entity(usual, "", "two words")],
  ["no key", /names no key/, entity(role(services))],
  [
    "only a key to encrypt with",
    /names no key/,
    entity(role(`${key(shown(one), ' use="encryption"')}${services}`)),
  ],
  [
    "a key without a certificate",
    without,
    entity(
      role(
        `${key("<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>")}${services}`,
      ),
    ),
  ],
  [
    "a name of a key",
    without,
    entity(role(`${key("<ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo>")}${services}`)),
  ],
  [
    "one key with and one without",
    without,
    entity(role(`${key(shown(one))}${key("<ds:KeyInfo/>")}${services}`)),
  ],
  [
    "two certificates of one key",
    without,
    entity(
      role(
        `${key(shown(one).replace("</ds:X509Data>", `<ds:X509Certificate>${body(two.certificate)}</ds:X509Certificate></ds:X509Data>`))}${services}`,
      ),
    ),
  ],
  [
    "a certificate that is none",
    certificates,
    entity(role(`${key(shown({ certificate: "AAAA" }))}${services}`)),
  ],
  [
    "a certificate with text around it",
    without,
    entity(role(`${key(shown({ certificate: "!" }))}${services}`)),
  ],
  ["a key of 1024 bits", certificates, entity(role(`${key(shown(weak))}${services}`))],
  [
    "five keys",
    certificates,
    entity(role(`${Array.from({ length: 5 }, () => key(shown(rsaSigner()))).join("")}${services}`)),
  ],
  ["no address for redirects", address, entity(role(`${key(shown(one))}${service("HTTP-POST", sso)}`))],
  [
    "two addresses for redirects",
    address,
    entity(role(`${key(shown(one))}${services}${service("HTTP-Redirect", "https://evil.test")}`)),
  ],
  ["an address that runs a script", address, good.replace(sso, "javascript:alert(1)")],
  ["an address with a password", address, good.replace(sso, "https://me:secret@idp.acme.test")],
  ["a validity that is over", /out of date/, entity(usual, ' validUntil="2026-10-31T00:00:00Z"')],
  ["a validity that is no time", /out of date/, entity(usual, ' validUntil="soon"')],
  ["a list whose validity is over", /out of date/, entities(good, ' validUntil="2026-10-31T00:00:00Z"')],
  [
    "a role whose validity is over",
    /out of date/,
    entity(role(`${key(shown(one))}${services}`, ' validUntil="2026-10-31T00:00:00Z"')),
  ],
];

describe(`metadata is refused (${rows.length} rows)`, () => {
  it.each(rows)("with %s: %s", (_name, sentence, document) => {
    const before = process.cpuUsage();
    const found = read(document);
    const { user, system } = process.cpuUsage(before);
    expect(Result.isFailure(found) ? found.failure : "READ").toMatch(sentence);
    expect((user + system) / 1000).toBeLessThan(250);
  });

  it("of another provider than the connection's", () => {
    const found = read(good, "https://other.acme.test");
    expect(Result.isFailure(found) ? found.failure : "READ").toMatch(/of another provider/);
  });
});

describe("what is pinned and what metadata says", () => {
  const settings = { ssoUrl: sso, certificates: `${one.certificate}${two.certificate}` };

  it("differ by certificates, whatever their order and their lines", () => {
    const same = compare(settings, { ssoUrl: sso, certificates: `${two.certificate}\n${one.certificate}` });
    expect([same.settings, same.certificates.map(({ change }) => change)]).toEqual([[], ["kept", "kept"]]);
    const changed = compare(settings, {
      ssoUrl: sso,
      certificates: `${one.certificate}${elliptic.certificate}`,
    });
    expect(changed.certificates.map(({ change }) => change).sort()).toEqual(["added", "kept", "removed"]);
  });

  it("differ by the address, shown from and to", () => {
    const moved = compare(settings, { ...settings, ssoUrl: "https://new.acme.test" });
    expect(moved.settings).toEqual([{ name: "ssoUrl", before: sso, after: "https://new.acme.test" }]);
  });
});
