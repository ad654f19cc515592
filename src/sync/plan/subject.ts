/** What a plan is made from, and whether that is still so. */
import { createHash } from "node:crypto";
import { Effect } from "effect";
import type {
  ConnectionFact,
  ConnectionId,
  PlanKind,
  PlannedRole,
  PlanSummary,
  Staleness,
} from "../../domain/index.ts";
import { type CompiledMapping, rolesDigestText } from "../../mapping/index.ts";
import {
  catalogueMark,
  findConnectionById,
  findMapping,
  type MappingRow,
  publishedVersion,
  type TenantTx,
} from "../../store/index.ts";
import type { Evaluable } from "../evaluate.ts";
import { compileVersion } from "../mapping-cache.ts";

/** The part of a plan that says what to evaluate. */
export interface Subject {
  readonly kind: PlanKind;
  readonly connectionId: ConnectionId | null;
  readonly mappingVersion: number;
  readonly baseVersion: number;
  readonly catalogueVersion: number;
  readonly summary: Pick<PlanSummary, "draft" | "enables">;
}

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The roles that a plan left at an account, in a short form to compare later. */
export const leftBy = (active: boolean, roles: ReadonlyArray<PlannedRole>): string =>
  digest(rolesDigestText(active, roles));

/** The database gives the same document back in the same order. */
export const draftDigest = ({ document }: MappingRow): string => digest(JSON.stringify(document));

/** The first thing that has moved since the plan was made; null where nothing has. */
export const stalenessOf = Effect.fn("stalenessOf")(function* (tx: TenantTx, subject: Subject) {
  const because = yield* reasonOf(tx, subject);
  return because === null ? null : ({ because, count: 0, accounts: [] } satisfies Staleness);
});

const isWaiting = Effect.fnUntraced(function* (tx: TenantTx, connection: ConnectionId | null) {
  const row = connection === null ? undefined : yield* findConnectionById(tx, connection);
  return row?.enabled === true && row.waits;
});

const reasonOf = Effect.fnUntraced(function* (
  tx: TenantTx,
  { kind, connectionId, mappingVersion, baseVersion, summary }: Subject,
) {
  if (kind === "mapping") {
    const row = yield* findMapping(tx, mappingVersion);
    if (row?.state !== "draft" || draftDigest(row) !== summary.draft) return "draft";
  }
  if (kind === "first-sync" && !(yield* isWaiting(tx, connectionId))) return "connection";
  return (yield* publishedVersion(tx)) === baseVersion ? null : "mapping";
});

/** How accounts are looked at for a plan. */
export interface Look {
  readonly mapping: CompiledMapping;
  /** What the facts would be. */
  readonly facts: (seen: Evaluable) => Evaluable;
  readonly catalogueVersion: number;
  /** All that decides beside the accounts: where it differs, so does the plan. */
  readonly header: string;
}

/** The facts with this connection otherwise. */
const withConnection =
  (id: ConnectionId, change: Partial<ConnectionFact>) =>
  (seen: Evaluable): Evaluable => ({
    ...seen,
    people: seen.people.map((person) =>
      person.connection.id === id ? { ...person, connection: { ...person.connection, ...change } } : person,
    ),
    lost: seen.lost.map((connection) => (connection.id === id ? { ...connection, ...change } : connection)),
  });

const asTheyAre = (seen: Evaluable): Evaluable => seen;

const factsFor = ({ kind, connectionId, summary: { enables } }: Subject): Look["facts"] => {
  if (connectionId === null) return asTheyAre;
  if (kind === "first-sync") return withConnection(connectionId, { waits: false });
  return enables === null ? asTheyAre : withConnection(connectionId, { enabled: enables });
};

/** Everything but the accounts, as this transaction sees it. */
export const lookFor = Effect.fn("lookFor")(function* (tx: TenantTx, subject: Subject) {
  const { kind, connectionId, mappingVersion, baseVersion, summary } = subject;
  const { version, stamp } = yield* catalogueMark(tx);
  const { draft, enables } = summary;
  const header = [kind, mappingVersion, baseVersion, stamp, draft, connectionId, enables];
  const mapping = yield* compileVersion(tx, mappingVersion);
  const facts = factsFor(subject);
  return { mapping, facts, catalogueVersion: version, header: JSON.stringify(header) } satisfies Look as Look;
});
