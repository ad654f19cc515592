import { verify, X509Certificate } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { Effect, Redacted, Schema } from "effect";
import { describe, expect, it } from "vitest";
import type { KeyChange, KeyStep } from "../../../connectors/connector.ts";
import { saml } from "../../../connectors/saml/index.ts";
import { ownKeys as ownKeysOf } from "../../../connectors/saml/keys/index.ts";
import { fields, Settings } from "../../../connectors/saml/settings.ts";
import { ecSigner, rsaSigner } from "./certificate.ts";
import { keycloakCertificate } from "./messages.ts";

const given = {
  idpEntityId: "https://login.acme.test/realms/acme",
  ssoUrl: "https://login.acme.test/saml?tenant=a&x=1",
  certificates: keycloakCertificate,
};
const decode = Schema.decodeUnknownSync(Settings);
const login = async (settings: object) => {
  const opened = await Effect.runPromise(Effect.scoped(saml.open(settings)));
  if (opened.login === undefined) throw new Error("no login");
  return opened.login;
};

/** What is kept after a step. */
const step = async (name: KeyStep, kept?: string): Promise<string> => {
  const change: KeyChange =
    name === "next" ? { step: name, made: await Effect.runPromise(ownKeysOf.make("sso")) } : { step: name };
  const changed = ownKeysOf.change(kept === undefined ? undefined : Redacted.make(kept), change);
  return Redacted.value(await Effect.runPromise(Effect.fromResult(changed)));
};

describe("a SAML connection's settings", () => {
  it("have a row for forms each, with the schema's defaults", () => {
    expect(fields.map(({ name }) => name).sort()).toEqual(
      [...Object.keys(Settings.fields)].filter((name) => name !== "ownKeys").sort(),
    );
    const decoded: Readonly<Record<string, unknown>> = decode(given);
    for (const { name, default: written } of fields) {
      if (written === null) expect(() => decode({ ...given, [name]: undefined })).toThrow();
      else expect(String(decoded[name])).toBe(written);
    }
  });

  it.each([
    ["no certificate", ""],
    ["text that is none", "certificate"],
    ["text beside it", `${keycloakCertificate}x`],
    ["a broken one", keycloakCertificate.replace("MII", "AAA")],
    ["a key of 1024 bits", rsaSigner(1024).certificate],
    ["a curve that is not named", ecSigner("secp256k1").certificate],
    ["five", keycloakCertificate.repeat(5)],
  ])("are refused with %s pinned", (_, certificates) => {
    expect(() => decode({ ...given, certificates })).toThrow(/paste one to four certificates/);
  });

  it.each([
    ["ssoUrl", "ftp://login.acme.test"],
    ["ssoUrl", "https://user:secret@login.acme.test"],
    ["ssoUrl", "javascript:alert(1)"],
    ["ssoUrl", "http://login.acme.test/saml"],
    ["ssoUrl", "http://localhost.acme.test/saml"],
    ["ssoUrl", "https://"],
    ["idpEntityId", "two words"],
    ["idpEntityId", ""],
    ["preset", "nobody"],
    ["encryption", "yes"],
  ])("are refused with %s %s", (name, value) => {
    expect(() => decode({ ...given, [name]: value })).toThrow();
  });
});

describe("products that bring SAML responses", () => {
  const acceptedAudiences = "https://product.acme.test/saml";

  it("need a subject that is the same for each of them", () => {
    const sentence =
      /set subjectAttribute too: a provider may send each product another NameID.*acceptedAudiences/s;
    expect(() => decode({ ...given, acceptedAudiences })).toThrow(sentence);
    expect(() => decode({ ...given, acceptedAudiences, namesAreNotReused: true })).toThrow(sentence);
    expect(decode({ ...given, acceptedAudiences, subjectAttribute: "id" })).toMatchObject({
      acceptedAudiences,
    });
    expect(decode({ ...given, acceptedAudiences, preset: "entra" })).toMatchObject({ acceptedAudiences });
  });
});

describe("the address where people sign in", () => {
  it.each([
    "https://login.acme.test/saml",
    "http://localhost:8080/realms/acme/protocol/saml",
    "http://127.0.0.1:8080/saml",
    "http://[::1]:8080/saml",
  ])("may be %s", (ssoUrl) => {
    expect(decode({ ...given, ssoUrl }).ssoUrl).toBe(ssoUrl);
  });

  it("says that it must be https", () => {
    expect(() => decode({ ...given, ssoUrl: "http://login.acme.test/saml" })).toThrow(/https/);
  });
});

describe("a SAML request", () => {
  const callback = "https://rolebridge.acme.test/login/acme/sso/callback";

  it("is a new one each time, and is for the provider and from us", async () => {
    const { begin } = await login(given);
    const [one, two] = await Promise.all(
      ["first", "second"].map((state) => Effect.runPromise(begin({ callback, state }))),
    );
    if (one?.challenge._tag !== "Redirect") throw new Error("no redirect");
    const { searchParams, origin } = new URL(one.challenge.url);
    expect([origin, searchParams.get("tenant"), searchParams.get("RelayState")]).toEqual([
      "https://login.acme.test",
      "a",
      "first",
    ]);
    const xml = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest") ?? "", "base64")).toString();
    expect(xml).toContain(` ID="${one.kept["request"]}" `);
    expect(xml).toContain(' Destination="https://login.acme.test/saml?tenant=a&amp;x=1"');
    expect(xml).toContain(` AssertionConsumerServiceURL="${callback}"`);
    expect(one.kept["request"]).toMatch(/^_[0-9a-f]{40}$/);
    expect(one.kept["request"]).not.toBe(two?.kept["request"]);
  });

  it("is signed over the very characters of the address, where it is to be", async () => {
    const ownKeys = await step("next");
    const { begin, metadata } = await login({ ...given, signRequests: true, ownKeys });
    const { challenge } = await Effect.runPromise(begin({ callback, state: "a+b/c d" }));
    if (challenge._tag !== "Redirect") throw new Error("no redirect");
    const query = challenge.url.slice(challenge.url.indexOf("SAMLRequest="));
    const [signed = "", signature = ""] = query.split("&Signature=");
    expect(signed.split("&").map((part) => part.split("=")[0])).toEqual([
      "SAMLRequest",
      "RelayState",
      "SigAlg",
    ]);
    const [current] = ownKeysOf.list(Redacted.make(ownKeys));
    const key = new X509Certificate(current?.certificate ?? "").publicKey;
    const bytes = Buffer.from(decodeURIComponent(signature), "base64");
    expect(verify("sha256", Buffer.from(signed), key, bytes)).toBe(true);
    expect(new URL(challenge.url).searchParams.get("RelayState")).toBe("a+b/c d");
    expect(metadata?.(callback)).toContain('AuthnRequestsSigned="true"');
    await expect(login({ ...given, signRequests: true })).rejects.toMatchObject({
      detail: expect.stringContaining("no key yet"),
    });
  });

  it("shows the current key and the next one in our metadata, and decrypts with the old one only", async () => {
    const shown = async (ownKeys: string) =>
      ((await login({ ...given, ownKeys })).metadata?.(callback) ?? "").split("<md:KeyDescriptor").length - 1;
    const states = (kept: string) => ownKeysOf.list(Redacted.make(kept)).map(({ state }) => state);
    const one = await step("next");
    const two = await step("next", one);
    expect([states(one), states(two)]).toEqual([["current"], ["current", "next"]]);
    expect([await shown(one), await shown(two)]).toEqual([1, 2]);
    const three = await step("activate", two);
    expect([states(three), await shown(three)]).toEqual([["current", "old"], 1]);
    expect(ownKeysOf.list(Redacted.make(three))[1]).toMatchObject({
      fingerprint: ownKeysOf.list(Redacted.make(one))[0]?.fingerprint,
    });
    expect(states(await step("retire", three))).toEqual(["current"]);
    await expect(step("next", two)).rejects.toMatchObject({
      detail: expect.stringContaining("a next key already"),
    });
    await expect(step("activate", one)).rejects.toMatchObject({
      detail: expect.stringContaining("no next key"),
    });
    await expect(step("retire", one)).rejects.toMatchObject({
      detail: expect.stringContaining("no old key"),
    });
  });

  it("shows a key to encrypt for only where encryption is asked for", async () => {
    const ownKeys = await step("next");
    const shown = async (encryption: string) => {
      const { metadata } = await login({ ...given, ownKeys, encryption });
      return [...(metadata?.(callback) ?? "").matchAll(/KeyDescriptor use="([a-z]+)"/g)].map(
        ([, use]) => use,
      );
    };
    expect(await shown("off")).toEqual(["signing"]);
    expect(await shown("offered")).toEqual(["signing", "encryption"]);
    expect(await shown("required")).toEqual(["signing", "encryption"]);
  });

  it("says beforehand which pinned certificate ends", async () => {
    const { probe } = await Effect.runPromise(Effect.scoped(saml.open(given)));
    expect((await Effect.runPromise(probe)).lacks).toEqual([]);
  });
});
