/** What an organization says of its roles and scopes: the part of deciding that is no rule. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { EventId, RoleKey } from "../../domain/index.ts";
import { run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface StoredCatalogue {
  /** Roles of which only the highest counts, the lowest first. */
  readonly ladders: ReadonlyArray<ReadonlyArray<RoleKey>>;
  readonly reserved: ReadonlySet<RoleKey>;
  readonly scopes: ReadonlySet<string>;
}

interface Rung {
  readonly key: RoleKey;
  readonly ladder: string | null;
  readonly reserved: boolean;
}

/** Two statements, however many roles and scopes there are. */
export const loadCatalogue = Effect.fn("loadCatalogue")(function* (tx: TenantTx) {
  const roles = yield* run(
    tx.db
      .selectFrom("role")
      .select(["key", "ladder", "reserved"])
      .where((where) => where.or([where("ladder", "is not", null), where("reserved", "=", true)]))
      .orderBy("rank")
      .orderBy("key")
      .$castTo<Rung>(),
  );
  const scopes = yield* run(tx.db.selectFrom("role_scope").select("key"));
  const rungs = Map.groupBy(
    roles.filter(({ ladder }) => ladder !== null),
    ({ ladder }) => ladder,
  );
  return {
    ladders: [...rungs.values()].map((of) => of.map(({ key }) => key)),
    reserved: new Set(roles.filter(({ reserved }) => reserved).map(({ key }) => key)),
    scopes: new Set(scopes.map(({ key }) => key)),
  } satisfies StoredCatalogue;
});

export interface CatalogueMark {
  /** 0: nothing of it was ever changed. */
  readonly version: number;
  /** Never the same for two states of the catalogue; empty where nothing was ever changed. */
  readonly stamp: string;
}

export const catalogueMark = (tx: TenantTx) =>
  run(tx.db.selectFrom("catalogue").select(["version", "stamp"])).pipe(
    Effect.map((rows): CatalogueMark => rows[0] ?? { version: 0, stamp: "" }),
  );

/**
 * Gives the catalogue the next number and keeps what it is now under it. To be called after every change of roles,
 * ladders or scopes, in the transaction of the change: others go on with what they compiled until they see the number.
 */
export const markCatalogue = (tx: TenantTx, cause: EventId) =>
  run({
    execute: () =>
      sql`with next as (
          insert into catalogue (organization_id, version) values (${tx.organization}, 1)
          on conflict (organization_id) do update set version = catalogue.version + 1, stamp = gen_random_uuid()
          returning version)
        insert into catalogue_version (organization_id, version, document, cause_event_id)
        select ${tx.organization}::uuid, version, jsonb_build_object('roles', coalesce((
            select jsonb_agg(jsonb_build_object('key', r.key, 'name', r.name, 'permissions', r.permissions,
              'reserved', r.reserved, 'ladder', r.ladder, 'rank', r.rank) order by r.key)
            from role r where r.organization_id = ${tx.organization}), '[]')), ${cause}::uuid
        from next`.execute(tx.db),
  });

/** Adds the scopes that are not there yet, each with the event that made it necessary. */
export const createScopes = Effect.fn("createScopes")(function* (
  tx: TenantTx,
  causes: ReadonlyMap<string, EventId>,
) {
  const rows = [...causes].map(([key, cause]) => ({
    organization_id: tx.organization,
    key,
    description: "",
    cause_event_id: cause,
  }));
  const made = yield* run(
    tx.db
      .insertInto("role_scope")
      .values(rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)))
      .onConflict((conflict) => conflict.doNothing())
      .returning(["key", "cause_event_id as cause"]),
  );
  const [first] = made;
  if (first !== undefined) yield* markCatalogue(tx, first.cause as EventId);
});
