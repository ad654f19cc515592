/** How a client of a real Keycloak tells of groups: as the guides have it, not at all, or that there are none. */
import type { TestRealm } from "../../connectors/keycloak/realm.ts";
import type { Slug } from "./setting.ts";

/** Tells of no group in as many words, whoever signs in. `absent`: what a login says that was told nothing. */
const ways = {
  sso: {
    absent: "The reply has no claim groups.",
    none: {
      name: "no-groups",
      protocol: "openid-connect",
      protocolMapper: "oidc-hardcoded-claim-mapper",
      config: {
        "claim.name": "groups",
        "claim.value": "[]",
        "jsonType.label": "JSON",
        "id.token.claim": "true",
      },
    },
  },
  saml: {
    absent: "The reply has no attribute member.",
    none: {
      name: "no-groups",
      protocol: "saml",
      protocolMapper: "saml-hardcode-attribute-mapper",
      config: { "attribute.name": "member", "attribute.nameformat": "Basic", "attribute.value": "" },
    },
  },
};

export const groupsOf = async ({ admin }: TestRealm, slug: Slug, clientId: string) => {
  const { absent, none } = ways[slug];
  const [client] = await admin.clients.find({ clientId });
  const id = client?.id ?? "";
  const usual = client?.protocolMappers?.find(({ name }) => name === "groups" || name === "member");
  if (usual === undefined) throw new Error(`The client ${clientId} tells of no groups.`);
  const remove = async (wanted: string | undefined) => {
    const all = await admin.clients.listProtocolMappers({ id });
    const mapperId = all.find(({ name }) => name === wanted)?.id ?? "";
    await admin.clients.delProtocolMapper({ id, mapperId });
  };
  const { id: _, ...again } = usual;
  return {
    absent,
    leaveOut: () => remove(usual.name),
    tellNone: () => admin.clients.addProtocolMapper({ id }, none),
    asBefore: async () => {
      await remove(none.name);
      await admin.clients.addProtocolMapper({ id }, again);
    },
  };
};
