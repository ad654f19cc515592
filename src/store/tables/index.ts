/**
 * Every table as an entity. Columns, keys and policies are made by `migrations/`; a test holds the two
 * against each other.
 */
import type { InferKyselyDB } from "@mikro-orm/postgresql";
import * as account from "./account.ts";
import * as audit from "./audit.ts";
import * as connection from "./connection.ts";
import * as decided from "./decided.ts";
import * as directory from "./directory.ts";
import * as history from "./history.ts";
import * as login from "./login.ts";
import * as mapping from "./mapping.ts";
import * as oauth from "./oauth.ts";
import * as plan from "./plan.ts";
import * as push from "./push.ts";
import * as scim from "./scim.ts";
import * as sync from "./sync.ts";
import * as workspace from "./workspace.ts";

export * from "./account.ts";
export * from "./audit.ts";
export * from "./connection.ts";
export * from "./decided.ts";
export * from "./directory.ts";
export * from "./history.ts";
export * from "./login.ts";
export * from "./mapping.ts";
export * from "./oauth.ts";
export * from "./plan.ts";
export * from "./push.ts";
export * from "./scim.ts";
export * from "./sync.ts";
export * from "./workspace.ts";

const tenantEntities = {
  ...connection,
  ...oauth,
  ...scim,
  ...directory,
  ...account,
  ...mapping,
  ...audit,
  ...sync,
  ...decided,
  ...plan,
  ...push,
  ...history,
  ...login,
};

type EntityOf<T> = T[keyof T];

/** The columns of the tables that carry an organization, for Kysely. */
export type TenantTables = InferKyselyDB<EntityOf<typeof tenantEntities>>;
/** The columns of the tables without an organization, for Kysely. */
export type SystemTables = InferKyselyDB<EntityOf<typeof workspace>>;

export const systemEntities = Object.values(workspace);
export const entities = [...systemEntities, ...Object.values(tenantEntities)];
