/** What the addresses with names in them stand for. Reached through `system.ts` only. */
import { sql } from "kysely";
import type { EnvironmentId } from "../../domain/index.ts";
import { first } from "../engine/run.ts";
import type { SystemTx } from "../store.ts";

/** An environment, and an organization of it. */
export interface ScimPlace {
  readonly project: string;
  readonly environment: string;
  /** Slug; null: the environment's default organization. */
  readonly organization: string | null;
}

/** The id of the organization at `place`: one row or none. */
export const organizationAt = ({ db }: SystemTx, { project, environment, organization }: ScimPlace) =>
  db
    .selectFrom("organization as o")
    .innerJoin("environment as e", "e.id", "o.environment_id")
    .innerJoin("project as p", "p.id", "e.project_id")
    .select("o.id")
    .where("p.slug", "=", project)
    .where("e.slug", "=", environment)
    .where(
      organization === null
        ? sql<boolean>`o.id = e.default_organization_id`
        : sql<boolean>`o.slug = ${organization}`,
    );

/** The environment, which nobody else locks until the transaction ends. */
export const lockEnvironment = ({ db }: SystemTx, project: string, environment: string) =>
  first(
    db
      .selectFrom("environment as e")
      .innerJoin("project as p", "p.id", "e.project_id")
      .select("e.id")
      .where("p.slug", "=", project)
      .where("e.slug", "=", environment)
      .forUpdate("e")
      .$castTo<{ readonly id: EnvironmentId }>(),
  );
