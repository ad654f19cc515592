/**
 * The tables without an organization: projects, environments, organizations, operators and environments with their
 * tokens, whose a domain is.
 * This file, and what it hands on from `workspace`, is the only way to them (invariant 5).
 */
import { Effect } from "effect";
import { sql } from "kysely";
import {
  type OperatorId,
  type OperatorRole,
  type OrganizationId,
  type Origin,
  systemOrigin,
} from "../domain/index.ts";
import { recordEvent } from "./audit/events.ts";
import { listSystemEvents, recordSystemEvent } from "./audit/system-events.ts";
import { attempt, first, oneRow, run, runUnique, uuids } from "./engine/run.ts";
import { newId } from "./id.ts";
import { Store, type SystemTx } from "./store.ts";
import { OperatorToken } from "./tables/index.ts";
import { systemIn } from "./workspace/scope.ts";

export * from "./workspace/domains.ts";
export * from "./workspace/environments.ts";

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

/** Every organization, or only the one of whoever is bound to it. */
export const listOrganizations = Effect.fn("listOrganizations")(function* (
  only: OrganizationId | null = null,
) {
  const store = yield* Store;
  return yield* store.system((tx) =>
    run(only === null ? organizations(tx) : organizations(tx).where("o.id", "=", only)),
  );
});

export const findOrganization = Effect.fn("findOrganization")(function* (slug: string) {
  const store = yield* Store;
  return yield* store.system((tx) => first(organizations(tx).where("o.slug", "=", slug)));
});

export const findOrganizationById = Effect.fn("findOrganizationById")(function* (id: OrganizationId) {
  const store = yield* Store;
  return yield* store.system((tx) => first(organizations(tx).where("o.id", "=", id)));
});

export interface NewOrganization {
  readonly slug: string;
  readonly name: string;
  readonly project: string;
  readonly environment: string;
}

/** The workspace `project/environment`, made where it does not exist, also when several make it at once. */
const ensureEnvironment = Effect.fn("ensureEnvironment")(function* (
  { db }: SystemTx,
  { project, environment }: NewOrganization,
) {
  yield* run(
    db
      .insertInto("project")
      .values({ id: newId(), slug: project, name: project })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const owner = db.selectFrom("project").select("id").where("slug", "=", project);
  const row = { id: newId(), project_id: owner, slug: environment, name: environment };
  yield* run(
    db
      .insertInto("environment")
      .values(row)
      .onConflict((conflict) => conflict.doNothing()),
  );
  const found = db
    .selectFrom("environment")
    .select("id")
    .where("slug", "=", environment)
    .where("project_id", "=", owner);
  return yield* Effect.flatMap(run(found), oneRow);
});

const insertOrganization = Effect.fnUntraced(function* (
  tx: SystemTx,
  id: OrganizationId,
  wanted: NewOrganization,
) {
  const environment = yield* ensureEnvironment(tx, wanted);
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
});

/** Makes an organization; the first one of its environment is that environment's default. */
export const createOrganization = Effect.fn("createOrganization")(function* (
  wanted: NewOrganization,
  origin: Origin = systemOrigin,
) {
  const store = yield* Store;
  const id = newId<OrganizationId>();
  yield* store.tenant(
    id,
    Effect.fnUntraced(function* (tx) {
      yield* insertOrganization(systemIn(tx), id, wanted);
      const subject = { kind: "organization", id };
      yield* recordEvent(tx, { type: "organization.created", origin, subject, data: { ...wanted } });
    }),
  );
  return id;
});

export interface OperatorRow {
  readonly id: OperatorId;
  readonly name: string;
  readonly role: OperatorRole;
  /** Null: every organization. */
  readonly organizationId: OrganizationId | null;
  readonly organizationSlug: string | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

const operatorColumns = [
  "o.id",
  "o.name",
  "o.role",
  "o.organization_id as organizationId",
  "bound.slug as organizationSlug",
  "o.created_at as createdAt",
  "o.disabled_at as disabledAt",
] as const;

const operators = (tx: SystemTx) =>
  tx.db
    .selectFrom("operator as o")
    .leftJoin("organization as bound", "bound.id", "o.organization_id")
    .select(operatorColumns)
    .orderBy("o.id")
    .$castTo<OperatorRow>();

/** Every operator, or only those of one organization. */
export const listOperators = Effect.fn("listOperators")(function* (only: OrganizationId | null = null) {
  const store = yield* Store;
  return yield* store.system((tx) =>
    run(only === null ? operators(tx) : operators(tx).where("o.organization_id", "=", only)),
  );
});

export const findOperator = Effect.fn("findOperator")(function* (id: string) {
  const store = yield* Store;
  return yield* store.system((tx) => first(operators(tx).where("o.id", "=", id)));
});

/** The names of those of `ids` who are operators: of whoever decided something in an organization. */
export const operatorNames = Effect.fn("operatorNames")(function* (ids: ReadonlyArray<string>) {
  if (ids.length === 0) return new Map<string, string>();
  const store = yield* Store;
  const rows = yield* store.system((tx) =>
    run(
      tx.db
        .selectFrom("operator")
        .select(["id", "name"])
        .where(sql<boolean>`id = ${uuids([...new Set(ids)])}`),
    ),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
});

export interface NewOperator {
  readonly name: string;
  readonly role: OperatorRole;
  readonly organizationId: OrganizationId | null;
}

const insertOperator = (tx: SystemTx, id: OperatorId, operator: NewOperator) =>
  runUnique(
    tx.db.insertInto("operator").values({
      id,
      name: operator.name,
      role: operator.role,
      organization_id: operator.organizationId,
    }),
    { operator_name_key: `There is already an operator ${operator.name}.` },
  );

export const addOperator = Effect.fn("addOperator")(function* (operator: NewOperator) {
  const store = yield* Store;
  const id = newId<OperatorId>();
  yield* store.system((tx) => insertOperator(tx, id, operator));
  return id;
});

export interface NewOperatorToken {
  readonly id: string;
  readonly hash: string;
  readonly label: string;
  readonly expiresAt: Date | null;
}

const insertOperatorToken = ({ em }: SystemTx, operatorId: OperatorId, token: NewOperatorToken) =>
  attempt(async () => {
    em.create(OperatorToken, { ...token, operatorId, revokedAt: null, lastUsedAt: null });
    await em.flush();
  });

export const addOperatorToken = Effect.fn("addOperatorToken")(function* (
  token: NewOperatorToken & { readonly operatorId: OperatorId },
) {
  const store = yield* Store;
  yield* store.system((tx) => insertOperatorToken(tx, token.operatorId, token));
});

/** Changes an operator and leaves the event of it: in the organization they are bound to, else with the system's. */
const changeOperator = Effect.fnUntraced(function* <A, E, R>(
  operator: NewOperator & { readonly id: OperatorId },
  happened: { readonly type: string; readonly origin: Origin },
  body: (tx: SystemTx) => Effect.Effect<A, E, R>,
) {
  const store = yield* Store;
  const { id, role, organizationId } = operator;
  const event = { ...happened, subject: { kind: "operator", id }, data: { role } };
  return organizationId === null
    ? yield* store.system((tx) => Effect.tap(body(tx), recordSystemEvent(tx, event)))
    : yield* store.tenant(organizationId, (tx) => Effect.tap(body(systemIn(tx)), recordEvent(tx, event)));
});

/** Makes an operator with its first token. */
export const createOperator = Effect.fn("createOperator")(function* (
  wanted: NewOperator,
  token: NewOperatorToken,
  origin: Origin,
) {
  const operator = { ...wanted, id: newId<OperatorId>() };
  yield* changeOperator(operator, { type: "operator.created", origin }, (tx) =>
    Effect.andThen(insertOperator(tx, operator.id, wanted), insertOperatorToken(tx, operator.id, token)),
  );
  return operator.id;
});

/** The hash and the operator of a token that is neither expired nor revoked, of an operator not disabled. */
export const findOperatorCredential = Effect.fn("findOperatorCredential")(function* (tokenId: string) {
  const store = yield* Store;
  return yield* store.system((tx) =>
    first(
      tx.db
        .selectFrom("operator_token as t")
        .innerJoin("operator as o", "o.id", "t.operator_id")
        .leftJoin("organization as bound", "bound.id", "o.organization_id")
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
export const disableOperator = Effect.fn("disableOperator")(function* (
  operator: OperatorRow,
  origin: Origin,
) {
  const update = (tx: SystemTx) =>
    run(
      tx.db
        .updateTable("operator")
        .set({ disabled_at: sql`now()` })
        .where("id", "=", operator.id)
        .where("disabled_at", "is", null),
    );
  yield* changeOperator(operator, { type: "operator.disabled", origin }, update);
});

/** Events that belong to no organization, newest first. */
export const systemEvents = Effect.fn("systemEvents")(function* (
  page: Parameters<typeof listSystemEvents>[1],
) {
  const store = yield* Store;
  return yield* store.system((tx) => listSystemEvents(tx, page));
});

/** Does the database answer? */
export const ping = Effect.fn("ping")(function* () {
  const store = yield* Store;
  yield* store.system((tx) => run({ execute: () => sql`select 1`.execute(tx.db) }));
});
