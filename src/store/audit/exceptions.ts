import { Effect } from "effect";
import { sql } from "kysely";
import type { AccountId, ConnectionId, EventId, JsonObject, Origin } from "../../domain/index.ts";
import { first, jsonb, run } from "../engine/run.ts";
import { newId } from "../id.ts";
import type { TenantTx } from "../store.ts";

export type ExceptionKind =
  | "ambiguous-correlation"
  | "email-outside-domains"
  | "held-plan"
  | "mass-leaving"
  | "push-conflict"
  | "push-held"
  | "push-refused"
  | "unexplained-roles";

export interface NewException {
  readonly kind: ExceptionKind;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly origin: Origin;
  readonly cause: EventId;
  readonly detail: JsonObject;
}

const columns = ({ kind, subject, origin, cause, detail }: NewException) => ({
  id: newId(),
  kind,
  subject_kind: subject.kind,
  subject_id: subject.id,
  connection_id: origin.connection,
  cause_event_id: cause,
  detail: jsonb(detail),
});

/** Puts things before a person. One open exception per kind and subject: saying it twice adds nothing. */
export const raiseExceptions = (tx: TenantTx, exceptions: ReadonlyArray<NewException>) =>
  exceptions.length === 0
    ? Effect.void
    : run(
        tx.db
          .insertInto("exception")
          .values(
            exceptions.map((exception) => ({ organization_id: tx.organization, ...columns(exception) })),
          )
          .onConflict((conflict) => conflict.doNothing()),
      );

export interface ExceptionRow {
  readonly id: string;
  readonly kind: ExceptionKind;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly connectionId: string | null;
  readonly detail: JsonObject;
  readonly createdAt: Date;
}

const open = (tx: TenantTx) =>
  tx.db
    .selectFrom("exception")
    .select([
      "id",
      "kind",
      "subject_kind as subjectKind",
      "subject_id as subjectId",
      "connection_id as connectionId",
      "detail",
      "created_at as createdAt",
    ])
    .where("resolved_at", "is", null)
    .$castTo<ExceptionRow>();

export const listOpenExceptions = (tx: TenantTx, limit: number) => run(open(tx).orderBy("id").limit(limit));

export const findOpenException = (tx: TenantTx, id: string) => first(open(tx).where("id", "=", id));

/** Closes an exception. Gives the number closed: 0 when it does not exist or is closed already. */
export const resolveException = (tx: TenantTx, id: string) =>
  run(
    tx.db
      .updateTable("exception")
      .set({ resolved_at: sql`now()` })
      .where("id", "=", id)
      .where("resolved_at", "is", null)
      .returning("id"),
  );

/** The accounts among these of which it was decided that `who`, whoever came by this connection, may be let in beside them. */
export const decidedAbout = (
  tx: TenantTx,
  connection: ConnectionId,
  accounts: ReadonlyArray<AccountId>,
  who: string,
) =>
  run(
    tx.db
      .selectFrom("exception")
      .select("subject_id as account")
      .where("organization_id", "=", tx.organization)
      .where("kind", "=", "ambiguous-correlation" satisfies ExceptionKind)
      .where("connection_id", "=", connection)
      .where("subject_id", "in", accounts)
      .where(sql<boolean>`detail->>'who' = ${who}`)
      .where("resolved_at", "is not", null)
      .$castTo<{ account: AccountId }>(),
  ).pipe(Effect.map((rows) => new Set(rows.map(({ account }) => account))));

/** The open exception of this kind about one thing, which nobody else changes until the transaction ends. */
export const lockOpenException = (tx: TenantTx, kind: ExceptionKind, subject: string) =>
  first(
    tx.db
      .selectFrom("exception")
      .select(["id", "detail", "created_at as createdAt"])
      .where("organization_id", "=", tx.organization)
      .where("kind", "=", kind)
      .where("subject_id", "=", subject)
      .where("resolved_at", "is", null)
      .forUpdate()
      .$castTo<Pick<ExceptionRow, "id" | "detail" | "createdAt">>(),
  );

/** Opens one. False where somebody else just did. */
export const addException = (tx: TenantTx, exception: NewException) =>
  run(
    tx.db
      .insertInto("exception")
      .values({ organization_id: tx.organization, ...columns(exception) })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id"),
  ).pipe(Effect.map((rows) => rows.length === 1));

export const updateException = (tx: TenantTx, id: string, detail: JsonObject) =>
  run(
    tx.db
      .updateTable("exception")
      .set({ detail: jsonb(detail) })
      .where("organization_id", "=", tx.organization)
      .where("id", "=", id),
  );
