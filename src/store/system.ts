/**
 * The tables without an organization: projects, environments, organizations, operators and their tokens.
 * This file is the only way to them (invariant 5).
 */
import { Effect } from "effect";
import { sql } from "kysely";
import type { OperatorId, OperatorRole, OrganizationId } from "../domain/index.ts";
import { attempt, first, run, runUnique } from "./engine/run.ts";
import { newId } from "./id.ts";
import { Store, type SystemTx } from "./store.ts";
import { Environment, OperatorToken, Project } from "./tables/index.ts";

export interface OrganizationRow {
  readonly id: OrganizationId;
  readonly slug: string;
  readonly name: string;
  readonly environmentSlug: string;
  readonly projectSlug: string;
  readonly isDefault: boolean;
}

const organizations = (tx: SystemTx) =>
  tx.db
    .selectFrom("organization as o")
    .innerJoin("environment as e", "e.id", "o.environment_id")
    .innerJoin("project as p", "p.id", "e.project_id")
    .select([
      "o.id",
      "o.slug",
      "o.name",
      "e.slug as environmentSlug",
      "p.slug as projectSlug",
      sql<boolean>`coalesce(e.default_organization_id = o.id, false)`.as("isDefault"),
    ])
    .orderBy("o.id")
    .$castTo<OrganizationRow>();

export const listOrganizations = Effect.fn("listOrganizations")(function* () {
  const store = yield* Store;
  return yield* store.system((tx) => run(organizations(tx)));
});

export const findOrganization = Effect.fn("findOrganization")(function* (slug: string) {
  const store = yield* Store;
  return yield* store.system((tx) => first(organizations(tx).where("o.slug", "=", slug)));
});

export interface NewOrganization {
  readonly slug: string;
  readonly name: string;
  readonly project: string;
  readonly environment: string;
}

/** The workspace `project/environment`, made where it does not exist. */
const ensureEnvironment = Effect.fn("ensureEnvironment")(function* (
  { em }: SystemTx,
  { project, environment }: NewOrganization,
) {
  return yield* attempt(async () => {
    const owner =
      (await em.findOne(Project, { slug: project })) ??
      em.create(Project, { id: newId(), slug: project, name: project });
    const found =
      (await em.findOne(Environment, { project: owner, slug: environment })) ??
      em.create(Environment, { id: newId(), project: owner, slug: environment, name: environment });
    await em.flush();
    return found;
  });
});

/** Makes an organization; the first one of its environment is that environment's default. */
export const createOrganization = Effect.fn("createOrganization")(function* (wanted: NewOrganization) {
  const store = yield* Store;
  return yield* store.system(
    Effect.fnUntraced(function* (tx) {
      const environment = yield* ensureEnvironment(tx, wanted);
      const id = newId<OrganizationId>();
      const row = { id, environment_id: environment.id, slug: wanted.slug, name: wanted.name };
      yield* runUnique(tx.db.insertInto("organization").values(row), {
        organization_slug_key: `There is already an organization ${wanted.slug}.`,
      });
      yield* run(
        tx.db
          .updateTable("environment")
          .set({ default_organization_id: id })
          .where("id", "=", environment.id)
          .where("default_organization_id", "is", null),
      );
      return id;
    }),
  );
});

export interface OperatorRow {
  readonly id: OperatorId;
  readonly name: string;
  readonly role: OperatorRole;
  readonly organizationId: OrganizationId | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

const operatorColumns = [
  "o.id",
  "o.name",
  "o.role",
  "o.organization_id as organizationId",
  "o.created_at as createdAt",
  "o.disabled_at as disabledAt",
] as const;

export const listOperators = Effect.fn("listOperators")(function* () {
  const store = yield* Store;
  return yield* store.system((tx) =>
    run(tx.db.selectFrom("operator as o").select(operatorColumns).orderBy("o.id").$castTo<OperatorRow>()),
  );
});

export const addOperator = Effect.fn("addOperator")(function* (operator: {
  readonly name: string;
  readonly role: OperatorRole;
  readonly organizationId: OrganizationId | null;
}) {
  const store = yield* Store;
  const id = newId<OperatorId>();
  const row = { id, name: operator.name, role: operator.role, organization_id: operator.organizationId };
  yield* store.system((tx) =>
    runUnique(tx.db.insertInto("operator").values(row), {
      operator_name_key: `There is already an operator ${operator.name}.`,
    }),
  );
  return id;
});

export const addOperatorToken = Effect.fn("addOperatorToken")(function* (token: {
  readonly id: string;
  readonly operatorId: OperatorId;
  readonly hash: string;
  readonly label: string;
  readonly expiresAt: Date | null;
}) {
  const store = yield* Store;
  yield* store.system(({ em }) =>
    attempt(async () => {
      em.create(OperatorToken, { ...token, revokedAt: null, lastUsedAt: null });
      await em.flush();
    }),
  );
});

/** The hash and the operator of a token that is neither expired nor revoked, of an operator not disabled. */
export const findOperatorCredential = Effect.fn("findOperatorCredential")(function* (tokenId: string) {
  const store = yield* Store;
  return yield* store.system((tx) =>
    first(
      tx.db
        .selectFrom("operator_token as t")
        .innerJoin("operator as o", "o.id", "t.operator_id")
        .select([...operatorColumns, "t.hash"])
        .where("t.id", "=", tokenId)
        .where("t.revoked_at", "is", null)
        .where("o.disabled_at", "is", null)
        .where(sql<boolean>`(t.expires_at is null or t.expires_at > now())`)
        .$castTo<OperatorRow & { readonly hash: string }>(),
    ),
  );
});

/** Ends every token of an operator and the operator itself, at once. */
export const disableOperator = Effect.fn("disableOperator")(function* (id: string) {
  const store = yield* Store;
  return yield* store.system((tx) =>
    first(
      tx.db
        .updateTable("operator")
        .set({ disabled_at: sql`now()` })
        .where("id", "=", id)
        .where("disabled_at", "is", null)
        .returning("id"),
    ),
  );
});

/** Does the database answer? */
export const ping = Effect.fn("ping")(function* () {
  const store = yield* Store;
  yield* store.system((tx) => run({ execute: () => sql`select 1`.execute(tx.db) }));
});
