/** The values that users or groups have of an extension. They stand in the resource under its URN (RFC 7643 §3.3). */
import { type RawBuilder, sql } from "kysely";
import type { DirectoryGroupId, DirectoryUserId, EventId, Extension } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

const tables = { User: "directory_user", Group: "directory_group" } as const;

/** Some attributes of an extension; without `names`, all of it. */
export interface ExtensionPart extends Pick<Extension, "id" | "resourceType"> {
  readonly names?: ReadonlyArray<string>;
}

const extensionIn = ({ id }: ExtensionPart) => sql`(resource -> ${id}::text)`;

const hasPart = (part: ExtensionPart): RawBuilder<boolean> =>
  part.names === undefined
    ? sql<boolean>`${extensionIn(part)} is not null`
    : sql<boolean>`${extensionIn(part)} ?| ${[...part.names]}::text[]`;

const rest = (part: ExtensionPart) => sql`(${extensionIn(part)} - ${[...(part.names ?? [])]}::text[])`;

/** Nothing left of it: `schemas` does not list it any more. */
const without = ({ id }: ExtensionPart) => sql`(resource - ${id}::text)
  || jsonb_build_object('schemas', coalesce(resource -> 'schemas', '[]') - ${id}::text)`;

const remaining = (part: ExtensionPart) =>
  part.names === undefined
    ? without(part)
    : sql`case when ${rest(part)} = '{}' then ${without(part)}
        else jsonb_set(resource, array[${part.id}::text], ${rest(part)}) end`;

/** How many users or groups have values of it. Reads them all. */
export const countExtensionValues = (tx: TenantTx, part: ExtensionPart) =>
  run({
    execute: async () => {
      const { rows } = await sql<{ count: number }>`select count(*)::int as count
        from ${sql.table(tables[part.resourceType])}
        where organization_id = ${tx.organization} and ${hasPart(part)}`.execute(tx.db);
      return rows[0]?.count ?? 0;
    },
  });

/** Takes these values from everyone who has them, and gives their ids. */
export const dropExtensionValues = (tx: TenantTx, part: ExtensionPart, cause: EventId) =>
  run({
    execute: async () => {
      const { rows } = await sql<{
        id: DirectoryUserId | DirectoryGroupId;
      }>`update ${sql.table(tables[part.resourceType])}
        set resource = ${remaining(part)}, version = version + 1, updated_at = now(), cause_event_id = ${cause}
        where organization_id = ${tx.organization} and ${hasPart(part)} returning id`.execute(tx.db);
      return rows.map(({ id }) => id);
    },
  });
