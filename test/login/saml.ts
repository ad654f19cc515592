/** A realm of a real Keycloak that people sign in with by SAML, and what it makes of us. */
import type { TestRealm } from "../connectors/keycloak/realm.ts";
import type { KeycloakServer } from "../support/keycloak.ts";
import type { TestServer } from "../support/server.ts";

const mapper = (name: string, protocolMapper: string, config: Record<string, string>) => ({
  name,
  protocol: "saml",
  protocolMapper,
  config: { "attribute.name": name, "attribute.nameformat": "Basic", ...config },
});

const property = (name: string) => mapper(name, "saml-user-property-mapper", { "user.attribute": name });

/** What a client of the realm for logins needs, as the guide has it. */
const attributesOf = (address: string) => ({
  "saml.authnstatement": "true",
  "saml.server.signature": "true",
  "saml.assertion.signature": "true",
  "saml.client.signature": "false",
  "saml.force.post.binding": "true",
  "saml.signature.algorithm": "RSA_SHA256",
  // Else it sends the user name, which the next holder of it has too.
  saml_force_name_id_format: "true",
  saml_name_id_format: "persistent",
  saml_assertion_consumer_url_post: address,
});

/** That has responses sent to `address`, with the groups and these properties of the person. */
export const samlClient = (clientId: string, address: string, properties: ReadonlyArray<string>) => ({
  clientId,
  protocol: "saml",
  enabled: true,
  frontchannelLogout: false,
  redirectUris: [address],
  attributes: attributesOf(address),
  protocolMappers: [
    mapper("member", "saml-group-membership-mapper", { single: "true", "full.path": "true" }),
    ...properties.map(property),
  ],
});

export const clientAttributes = (server: TestServer, slug = "sso") =>
  attributesOf(`${server.url}/login/acme/${slug}/callback`);

export const addClient = ({ admin }: TestRealm, server: TestServer) =>
  admin.clients.create(
    samlClient(`${server.url}/login/acme/sso/metadata`, `${server.url}/login/acme/sso/callback`, [
      "username",
      "email",
      "firstName",
    ]),
  );

/** The realm's own certificate, as its metadata has it. */
export const certificateOf = async (realm: string) => {
  const descriptor = await (await fetch(`${realm}/protocol/saml/descriptor`)).text();
  const body = /<ds:X509Certificate>([^<]+)</.exec(descriptor)?.[1] ?? "";
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
};

/** What Keycloak makes of our metadata. */
export const clientFrom = async (
  { url }: KeycloakServer,
  realm: TestRealm,
  server: TestServer,
  slug: string,
) => {
  const metadata = await server.request(`/login/acme/${slug}/metadata`);
  const path = `/admin/realms/${realm.name}/client-description-converter`;
  const read = await fetch(`${url}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await realm.admin.getAccessToken()}`,
      "content-type": "application/xml",
    },
    body: metadata.body,
  });
  return await read.json();
};

/** Another key of the realm, beside those there are. */
export const addKey = async (realm: TestRealm, priority: string) => {
  const { id } = (await realm.admin.realms.findOne({ realm: realm.name })) ?? {};
  await realm.admin.components.create({
    name: `key ${priority}`,
    providerId: "rsa-generated",
    providerType: "org.keycloak.keys.KeyProvider",
    parentId: id ?? "",
    config: { priority: [priority], enabled: ["true"], active: ["true"], keySize: ["2048"] },
  });
};

export const hidden = (body: string, name: string): string =>
  new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(body)?.[1]?.replaceAll("&#x2B;", "+") ?? "";
