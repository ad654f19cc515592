/**
 * Owns the database: engines, tables, migrations, transactions, and what is read and written in them. The
 * only folder that knows MikroORM. Does not own meaning: who may do it, what follows from it, what a role is.
 *
 * Every function on a tenant table takes the transaction of its organization as its first argument.
 */
export * from "./account/index.ts";
export * from "./audit/actors.ts";
export * from "./audit/events.ts";
export * from "./audit/exceptions.ts";
export * from "./connection/access-tokens.ts";
export * from "./connection/clients.ts";
export * from "./connection/connections.ts";
export * from "./connection/domains.ts";
export { keyBytes, seal, unseal } from "./connection/envelope.ts";
export type { ConnectionProfile } from "./connection/profile.ts";
export * from "./connection/secrets.ts";
export * from "./connection/tokens.ts";
export * from "./decided/index.ts";
export * from "./directory/index.ts";
export { FolderInUse } from "./engine/lock.ts";
export { hasEmbedded, migrateDatabase, pendingMigrations } from "./engine/manage.ts";
export type { Location } from "./engine/open.ts";
export type { QueueName } from "./engine/queue.ts";
export { loginComplaintOf } from "./engine/rights.ts";
export * from "./history/index.ts";
export { newId, nobody } from "./id.ts";
export { hasMasterKey, isMasterKey } from "./key-check.ts";
export * from "./login/index.ts";
export * from "./mapping/catalogue.ts";
export * from "./mapping/coverage.ts";
export * from "./mapping/named-groups.ts";
export * from "./mapping/roles.ts";
export * from "./mapping/scopes.ts";
export * from "./mapping/versions.ts";
export * from "./plan/index.ts";
export * from "./push/index.ts";
export * from "./scim/index.ts";
export { Store, type SystemTx, type TenantTx } from "./store.ts";
export * from "./sync/index.ts";
export * from "./system.ts";
