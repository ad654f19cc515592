/** The first start of an empty database: an organization one can try everything with. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect, Redacted } from "effect";
import { type OrganizationId, type RoleKey, systemOrigin, type TokenId } from "../domain/index.ts";
import {
  addConnection,
  addOperator,
  addOperatorToken,
  addRole,
  createOrganization,
  findConnection,
  findOrganization,
  knownRoles,
  listOperators,
  newId,
  Store,
  type TenantTx,
} from "../store/index.ts";
import { draftMapping, publishMapping } from "../sync/index.ts";
import { createScimToken } from "./credential/index.ts";
import { mintToken, noOrganization } from "./token.ts";

/** What a first look needs, as `quickstart.json` holds it. */
export interface QuickStart {
  readonly url: string;
  readonly organization: string;
  readonly scimUrl: string;
  readonly scimToken: string;
  readonly operatorToken: string;
}

const slug = "acme";
const role = { key: "developer" as RoleKey, name: "Developer", description: "May change the code." };
const mapping = {
  rules: [
    {
      id: "engineers-develop",
      description: "Whoever is in the group Engineering may change the code.",
      when: { groupName: { equals: "Engineering", connection: "scim" } },
      grant: [role.key],
    },
  ],
};

const ensureOrganization = Effect.fnUntraced(function* () {
  const found = yield* findOrganization(slug);
  const wanted = { slug, name: "Acme", project: "default", environment: "production" };
  return found?.id ?? (yield* createOrganization(wanted));
});

const ensureConnection = Effect.fnUntraced(function* (tx: TenantTx) {
  const found = yield* findConnection(tx, "scim");
  return found?.id ?? (yield* addConnection(tx, { kind: "scim", slug: "scim", name: "SCIM" }));
});

const fill = Effect.fnUntraced(function* (tx: TenantTx) {
  const connection = yield* ensureConnection(tx);
  if ((yield* knownRoles(tx, [role.key])).length === 0) {
    yield* addRole(tx, role);
    yield* draftMapping(tx, mapping, systemOrigin);
    yield* publishMapping(tx, systemOrigin, false);
  }
  const wanted = { connection, label: "quick start", expiresAt: null };
  return yield* createScimToken(tx, wanted, systemOrigin);
});

const write = (folder: string, quickStart: QuickStart) =>
  Effect.sync(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify(quickStart, null, 2)}\n`;
    writeFileSync(join(folder, "quickstart.json"), text, { mode: 0o600 });
  });

/**
 * Fills an empty database and writes `quickstart.json`. The operator is made last: whatever was cut off before
 * that is done again by the next start. Gives undefined where there are operators already.
 */
export const bootstrap = Effect.fn("bootstrap")(function* (folder: string, url: string) {
  if ((yield* listOperators()).length > 0) return undefined;
  const store = yield* Store;
  const organization: OrganizationId = yield* ensureOrganization();
  const scim = yield* store.tenant(organization, fill);
  const tokenId = newId<TokenId>();
  const { token, hash } = mintToken("rbo", noOrganization, tokenId);
  const quickStart: QuickStart = {
    url,
    organization: slug,
    scimUrl: `${url}/scim/v2`,
    scimToken: Redacted.value(scim.token),
    operatorToken: Redacted.value(token),
  };
  yield* write(folder, quickStart);
  const operatorId = yield* addOperator({ name: "owner", role: "owner", organizationId: null });
  yield* addOperatorToken({ id: tokenId, operatorId, hash, label: "quick start", expiresAt: null });
  return quickStart;
});
