/** What we send: a request to sign in (SAML core §3.4.1, HTTP-Redirect binding). */
import { randomBytes, sign } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { signingKeyIn } from "./keys/index.ts";
import { entityIdOf, escaped, post } from "./ourselves.ts";
import type { Settings } from "./settings.ts";

interface Asked {
  readonly callback: string;
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/**
 * Over these very characters: whoever verifies takes them out of the address as they stand, and encodes nothing anew
 * (SAML bindings §3.4.4.1). Without a key the request goes unsigned.
 */
const queryOf = (message: string, state: string, key: string | undefined): string => {
  const query = `SAMLRequest=${encodeURIComponent(message)}&RelayState=${encodeURIComponent(state)}`;
  if (key === undefined) return query;
  const signed = `${query}&SigAlg=${encodeURIComponent(algorithm)}`;
  const signature = sign("sha256", Buffer.from(signed), key).toString("base64");
  return `${signed}&Signature=${encodeURIComponent(signature)}`;
};

/** Gives the request's id, which the reply must name, and where to send the browser. */
export const requestTo = (settings: Settings, { callback, state, now }: Asked) => {
  // An ID begins with no digit (XML Schema, NCName).
  const id = `_${randomBytes(20).toString("hex")}`;
  const xml = [
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"',
    ` ID="${id}" Version="2.0" IssueInstant="${new Date(now).toISOString()}"`,
    ` Destination="${escaped(settings.ssoUrl)}" ProtocolBinding="${post}"`,
    ` AssertionConsumerServiceURL="${escaped(callback)}">`,
    '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">',
    `${escaped(entityIdOf(settings, callback))}</saml:Issuer></samlp:AuthnRequest>`,
  ].join("");
  const key = settings.signRequests ? signingKeyIn(settings.ownKeys)?.key : undefined;
  const query = queryOf(deflateRawSync(xml).toString("base64"), state, key);
  return { id, url: `${settings.ssoUrl}${settings.ssoUrl.includes("?") ? "&" : "?"}${query}` };
};
