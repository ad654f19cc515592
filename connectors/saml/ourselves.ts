/** Who we are, for the provider to read (SAML metadata §2.4.4). */
import { type Kept, keysIn } from "./keys/index.ts";
import type { Settings } from "./settings.ts";

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** Where our metadata is, which by custom is also our name. */
export const entityIdOf = ({ entityId }: Pick<Settings, "entityId">, callback: string): string =>
  entityId === "" ? callback.replace(/\/callback$/, "/metadata") : entityId;

export const post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/** All that is decrypted here; the first is what a provider should choose. */
const encryptions = [
  "http://www.w3.org/2009/xmlenc11#aes256-gcm",
  "http://www.w3.org/2009/xmlenc11#aes128-gcm",
  "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
];

const keyDescriptor = (use: "signing" | "encryption", { certificate }: Kept): string => {
  const body = certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "");
  const methods = use === "signing" ? [] : encryptions;
  return [
    `\n    <md:KeyDescriptor use="${use}"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>`,
    `<ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
    ...methods.map((one) => `<md:EncryptionMethod Algorithm="${one}"/>`),
    "</md:KeyDescriptor>",
  ].join("");
};

/**
 * What is old is not shown any more: it only decrypts what was on its way. A key to encrypt for is shown only where that is
 * wanted: whoever reads one may begin to encrypt by itself, in ways that are not opened here.
 */
const keyDescriptors = ({ ownKeys, encryption }: Settings): string => {
  const shown = keysIn(ownKeys).filter(({ state }) => state !== "old");
  const uses = encryption === "off" ? (["signing"] as const) : (["signing", "encryption"] as const);
  return uses.flatMap((use) => shown.map((key) => keyDescriptor(use, key))).join("");
};

export const metadataOf = (settings: Settings, callback: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escaped(entityIdOf(settings, callback))}">
  <md:SPSSODescriptor AuthnRequestsSigned="${settings.signRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keyDescriptors(settings)}
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:AssertionConsumerService Binding="${post}" Location="${escaped(callback)}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`;
