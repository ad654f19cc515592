/** Applications that people sign in to, and the secrets they identify themselves with. */
import { Effect } from "effect";
import { sql } from "kysely";
import type { Application, ApplicationId } from "../../domain/index.ts";
import { first, jsonb, run, runUnique } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";

export interface ApplicationRow extends Application {
  readonly createdAt: Date;
  /** Until when each live secret works, oldest first; `null`: without end. */
  readonly secrets: ReadonlyArray<string | null>;
}

const live = sql<boolean>`s.revoked_at is null and (s.expires_at is null or s.expires_at > now())`;

const applications = (tx: TenantTx) =>
  tx.db
    .selectFrom("application as a")
    .select([
      "a.id",
      "a.slug",
      "a.name",
      "a.return_addresses as returnAddresses",
      "a.created_at as createdAt",
      sql`coalesce((select jsonb_agg(s.expires_at order by s.id) from application_secret s
        where s.organization_id = a.organization_id and s.application_id = a.id and ${live}), '[]')`.as(
        "secrets",
      ),
    ])
    .where("a.organization_id", "=", tx.organization)
    .orderBy("a.slug")
    .$castTo<ApplicationRow>();

export const listApplications = (tx: TenantTx) => run(applications(tx));

export const findApplication = (tx: TenantTx, slug: string) =>
  first(applications(tx).where("a.slug", "=", slug));

export const findApplicationById = (tx: TenantTx, id: ApplicationId) =>
  first(applications(tx).where("a.id", "=", id));

/** NotUnique where the organization has one of this name. */
export const addApplication = (tx: TenantTx, { id, slug, name, returnAddresses }: Application) =>
  runUnique(
    tx.db.insertInto("application").values({
      organization_id: tx.organization,
      id,
      slug,
      name,
      return_addresses: jsonb(returnAddresses),
    }),
    { application_organization_id_slug_key: `There is already an application named ${slug}.` },
  );

export const updateApplication = (tx: TenantTx, { id, name, returnAddresses }: Application) =>
  run(
    tx.db
      .updateTable("application")
      .set({ name, return_addresses: jsonb(returnAddresses) })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id),
  );

/** With its secrets, its logins under way and its codes. */
export const removeApplication = (tx: TenantTx, id: ApplicationId) =>
  run(tx.db.deleteFrom("application").where("organization_id", "=", tx.organization).where("id", "=", id));

/** Adds a secret; of those before, the newest works for `keepSeconds` more, the others end at once. */
export const rotateApplicationSecret = Effect.fn("rotateApplicationSecret")(function* (
  tx: TenantTx,
  secret: { readonly id: string; readonly application: ApplicationId; readonly hash: string },
  keepSeconds: number,
) {
  yield* run({
    execute: () =>
      sql`with alive as (select s.id, row_number() over (order by s.id desc) = 1 and ${keepSeconds}::int > 0 as kept
            from application_secret s
            where s.organization_id = ${tx.organization} and s.application_id = ${secret.application} and ${live})
          update application_secret s set
            revoked_at = case when alive.kept then null else now() end,
            expires_at = case when alive.kept then now() + make_interval(secs => ${keepSeconds}::int) end
          from alive where s.organization_id = ${tx.organization} and s.id = alive.id`.execute(tx.db),
  });
  yield* run(
    tx.db.insertInto("application_secret").values({
      organization_id: tx.organization,
      id: secret.id,
      application_id: secret.application,
      hash: secret.hash,
    }),
  );
});

export interface ApplicationCredential {
  readonly hash: string;
  readonly application: ApplicationId;
}

/** The live secret of this id. */
export const findApplicationSecret = (tx: TenantTx, id: string) =>
  first(
    tx.db
      .selectFrom("application_secret as s")
      .select(["s.hash", "s.application_id as application"])
      .where("s.organization_id", "=", tx.organization)
      .where("s.id", "=", id)
      .where(live)
      .$castTo<ApplicationCredential>(),
  );
