/** What the suites send: a response of a real Keycloak as it came, and the same with signatures that the suite makes. */
import { readFileSync } from "node:fs";
import { Effect, Exit } from "effect";
import { vi } from "vitest";
import { saml } from "../../../connectors/saml/index.ts";
import { ecSigner, rsaSigner } from "./certificate.ts";
import { type How, sign } from "./sign.ts";

const read = (name: string) => readFileSync(new URL(`../../payloads/saml/${name}`, import.meta.url), "utf8");

/** Response and assertion are signed, each by itself. */
export const real = read("keycloak-response.xml");
export const keycloakCertificate = read("keycloak-certificate.pem");

const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(real)?.[1] ?? "";

export const callback = attribute("Destination");
export const request = attribute("InResponseTo");
export const issuedAt = Date.parse(attribute("IssueInstant"));
export const issuer = /<saml:Issuer>([^<]*)</.exec(real)?.[1] ?? "";
export const person = /<saml:NameID [^>]*>([^<]*)</.exec(real)?.[1] ?? "";
export const audience = callback.replace(/callback$/, "metadata");

const signature = /<dsig:Signature .*?<\/dsig:Signature>/gs;
export const [responseSignature = "", assertionSignature = ""] = real.match(signature) ?? [];
/** Keycloak's message without its signatures. */
export const unsigned = real.replaceAll(signature, "");
/** Keycloak's, where only the assertion is signed. */
export const realAssertionSigned = real.replace(responseSignature, "");

/** What Keycloak would send of its own accord: it answers nothing. */
export const unasked = unsigned.replaceAll(/ InResponseTo="[^"]*"/g, "");

const assertionPattern = /<saml:Assertion .*<\/saml:Assertion>/s;
export const assertionOf = (xml: string) => assertionPattern.exec(xml)?.[0] ?? "";

export const ours = rsaSigner();
export const oursElliptic = ecSigner();
export const attacker = rsaSigner();
/** What the connection decrypts with. */
const ownKey = rsaSigner();
export const certificateOfOurs = ownKey.certificate;

export const signed = (xml: string, how?: How) => sign(xml, ours, how);
export const encode = (xml: string) => Buffer.from(xml).toString("base64");

interface Case {
  readonly certificates?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Milliseconds after the message was issued. */
  readonly after?: number;
  readonly request?: string;
  /** It comes by itself: nobody asked. */
  readonly unsolicited?: true;
}

/** What the connection makes of a field, at the time the message was issued. */
export const finish = async (field: string | undefined, given: Case = {}) => {
  const { certificates = `${keycloakCertificate}${ours.certificate}${oursElliptic.certificate}` } = given;
  const settings = {
    idpEntityId: issuer,
    ssoUrl: `${issuer}/protocol/saml`,
    certificates,
    preset: "keycloak",
    ownKeys: JSON.stringify([{ state: "current", ...ownKey }]),
    ...given.settings,
  };
  vi.useFakeTimers({ toFake: ["Date"], now: issuedAt + (given.after ?? 5_000) });
  const parameters = new Map(field === undefined ? [] : [["SAMLResponse", field]]);
  const finished = Effect.flatMap(saml.open(settings), ({ login }) =>
    login === undefined
      ? Effect.die("no login")
      : given.unsolicited === true
        ? (login.unsolicited?.finish({ callback, parameters }) ?? Effect.die("takes none"))
        : login.finish({ callback, state: "s", parameters, kept: { request: given.request ?? request } }),
  );
  const exit = await Effect.runPromiseExit(Effect.scoped(finished));
  vi.useRealTimers();
  return exit;
};

/** The check that a message failed, or who was let in. */
export const outcome = async (field: string | undefined, given: Case = {}): Promise<string> => {
  const exit = await finish(field, given);
  if (Exit.isSuccess(exit)) return `ACCEPTED ${exit.value.user.id}`;
  const [reason] = exit.cause.reasons;
  if (reason?._tag !== "Fail") return `BROKEN ${JSON.stringify(exit.cause)}`;
  const failure = reason.error;
  if (failure._tag !== "LoginRefused") return `FAILURE ${failure.detail}`;
  const last = failure.checks.at(-1);
  const before = failure.checks.slice(0, -1);
  return last?.passed === false && before.every(({ passed }) => passed) ? last.name : "NO NAME";
};
