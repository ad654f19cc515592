/** What a person's id means stays as it is once somebody came by it. */
import { Effect } from "effect";
import { describe, expect, it } from "vitest";
import { systemOrigin, usualLogin } from "../../../src/domain/index.ts";
import { findConnection, listOrganizations, Store } from "../../../src/store/index.ts";
import { endPeople, takeLogin } from "../../../src/sync/index.ts";
import { keycloakCertificate } from "../../connectors/saml/messages.ts";
import { startServer } from "../../support/server.ts";
import { replyOf } from "../../sync/login/support.ts";

const origin = "http://localhost:9";
const server = await startServer({ ROLEBRIDGE_ALLOWED_ORIGINS: origin });

const kinds = {
  OIDC: { issuer: `${origin}/realms/acme`, clientId: "rolebridge", clientSecret: "only-for-tests" },
  SAML: { idpEntityId: `${origin}/realms/acme`, ssoUrl: `${origin}/saml`, certificates: keycloakCertificate },
} as const;

type Settings = Readonly<Record<string, string>>;

const given = (settings: Settings) => Object.entries(settings).map(([name, value]) => ({ name, value }));

const add = (slug: string, kind: keyof typeof kinds) =>
  server.graphql(
    `mutation($slug: String!, $settings: [SettingInput!]!) {
      addConnection(organization: "acme", kind: ${kind}, slug: $slug, settings: $settings, unchecked: true) { slug } }`,
    { slug, settings: given(kinds[kind]) },
  );

/** The sentence it is refused with; undefined where it is not. */
const change = async (slug: string, settings: Settings): Promise<string | undefined> => {
  const { body } = await server.graphql(
    `mutation($slug: String!, $settings: [SettingInput!]!) {
      updateConnectionSettings(organization: "acme", connection: $slug, settings: $settings, unchecked: true) { slug } }`,
    { slug, settings: given(settings) },
  );
  return body.errors?.[0]?.message;
};

/** Somebody comes by it; `forgotten`: and what is known of them is forgotten again. */
const come = (slug: string, forgotten = false) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const [organization] = yield* listOrganizations();
      if (organization === undefined) return yield* Effect.die("no organization");
      yield* store.tenant(
        organization.id,
        Effect.fnUntraced(function* (tx) {
          const connection = (yield* findConnection(tx, slug))?.id;
          if (connection === undefined) return yield* Effect.die("no connection");
          const from = { ...systemOrigin, connection };
          const verified = replyOf("s-1", "ada");
          const { user } = yield* takeLogin(tx, {
            connection,
            settings: usualLogin,
            origin: from,
            verified,
          });
          const person = { id: user, connection } as Parameters<typeof endPeople>[1][number];
          if (forgotten) yield* endPeople(tx, [person], systemOrigin);
        }),
      );
    }),
  );

const secret = { clientSecret: "another" };

describe("settings that give a subject its meaning", () => {
  for (const [kind, changes] of [
    ["OIDC", [{ issuer: `${origin}/realms/other`, ...secret }]],
    [
      "SAML",
      [
        { idpEntityId: `${origin}/realms/other` },
        { preset: "entra" },
        { subjectAttribute: "employeeNumber" },
      ],
    ],
  ] as const)
    it(`of ${kind} change only as long as nobody came by the connection`, async () => {
      const slug = `sso-${kind.toLowerCase()}`;
      expect((await add(slug, kind)).body.errors).toBeUndefined();
      for (const one of changes) expect(await change(slug, one)).toBeUndefined();
      const fresh = `${slug}-2`;
      await add(fresh, kind);
      await come(fresh);
      for (const one of changes) {
        const refused = await change(fresh, one);
        expect(refused).toContain(`${Object.keys(one)[0]}: it stays as it is`);
        expect(refused).toContain("Add a new connection");
      }
      // What says the same, and all others, change as before.
      expect(await change(fresh, { preset: "generic", absentIsEmpty: "true" })).toBeUndefined();
    });

  it("stay also where all who came were forgotten: their ids would still be known", async () => {
    await add("gone", "OIDC");
    await come("gone", true);
    expect(await change("gone", { issuer: `${origin}/realms/other`, ...secret })).toContain("it stays");
  });
});
