/** What a person must look at: what to do about each, and having it tried again where that is possible. */
import { Effect } from "effect";
import {
  type AccountId,
  type ConnectionId,
  Forbidden,
  InvalidValue,
  isUuid,
  type Json,
  mayDo,
  NotFound,
} from "../domain/index.ts";
import {
  resolveException as closeException,
  type ExceptionKind,
  type ExceptionRow,
  findOpenException,
  findPush,
  listConnections,
  listOpenExceptions,
  recordEvent,
  type TenantTx,
} from "../store/index.ts";
import { retryPush } from "../sync/index.ts";
import { inOrganization, type Target } from "./access.ts";
import type { Caller } from "./caller.ts";
import { countOf } from "./input.ts";

export interface ExceptionView extends ExceptionRow {
  readonly connection: string | null;
  /** One sentence: what a person does about it. */
  readonly advice: string;
}

const detailOf = ({ detail }: ExceptionRow): string =>
  typeof detail["detail"] === "string" ? `${detail["detail"]} ` : "";

const domainsIn = ({ domains }: ExceptionRow["detail"]): string =>
  Array.isArray(domains) ? domains.filter((one) => typeof one === "string").join(", ") : "";

type Advice = (exception: ExceptionRow, slug: string) => string;

const again = ({ id }: ExceptionRow) => `rolebridge exception retry ${id}`;

const advice: Readonly<Record<ExceptionKind, Advice>> = {
  "ambiguous-correlation": ({ subjectKind, subjectId }, slug) =>
    subjectKind === "account"
      ? `Somebody who signed in through ${slug}, and was refused, may have the account ${subjectId}. Resolve it, and they come in with an account of their own, where new people may: rolebridge login set ${slug} --provision create. If they are the same, join the two then: rolebridge account merge ${subjectId} OTHER.`
      : `Somebody new may be one of the accounts named. If they are the same: rolebridge account merge ACCOUNT OTHER; else resolve it. The new one is the directory user ${subjectId}.`,
  "email-outside-domains": ({ detail }) =>
    `People were refused because their email's domain is not verified here (${domainsIn(detail)}): rolebridge domain add, then have their system send them again.`,
  "held-plan": ({ subjectId }) =>
    `Losses are held: look at the plan, then approve it or correct the source: rolebridge plan show ${subjectId}`,
  "mass-leaving": () =>
    "Many people were named as gone within an hour, and their roles have ended: ask the source's operators whether that is right, then resolve it.",
  "unexplained-roles": () =>
    "Roles follow from no fact: look at the account, run rolebridge doctor --verify, and report it.",
  "push-conflict": (exception, slug) =>
    `${detailOf(exception)}Nothing was written to them through ${slug}. When it is put right: ${again(exception)}`,
  "push-refused": (exception, slug) =>
    `The system of ${slug} did not take what was to be written. ${detailOf(exception)}When it is put right: ${again(exception)}`,
  "push-held": (exception, slug) =>
    `${detailOf(exception)}See who it is: rolebridge push plan ${slug}. To let it happen: ${again(exception)}`,
};

const viewOf =
  (slugs: ReadonlyMap<string, string>) =>
  (row: ExceptionRow): ExceptionView => {
    const connection = slugs.get(row.connectionId ?? "") ?? null;
    return { ...row, connection, advice: advice[row.kind](row, connection ?? "its connection") };
  };

const slugsOf = (tx: TenantTx) =>
  Effect.map(listConnections(tx), (rows) => new Map<string, string>(rows.map(({ id, slug }) => [id, slug])));

/** The open ones, oldest first. */
export const viewExceptions = Effect.fn("viewExceptions")(function* (tx: TenantTx, first: number) {
  const rows = yield* listOpenExceptions(tx, yield* countOf("first", first));
  return rows.map(viewOf(yield* slugsOf(tx)));
});

/** Undefined where none of this id is open. */
export const viewException = Effect.fn("viewException")(function* (tx: TenantTx, id: string) {
  const row = isUuid(id) ? yield* findOpenException(tx, id) : undefined;
  return row === undefined ? undefined : viewOf(yield* slugsOf(tx))(row);
});

const pushKinds: ReadonlySet<ExceptionKind> = new Set(["push-conflict", "push-held", "push-refused"]);

const isId = (value: Json | undefined): value is string => typeof value === "string" && isUuid(value);

/** What is held is about the connection: everyone who is held is approved. */
const accountIn = ({ kind, detail }: ExceptionRow): AccountId | null =>
  kind !== "push-held" && isId(detail["account"]) ? (detail["account"] as AccountId) : null;

const tryOne = Effect.fnUntraced(function* (
  tx: TenantTx,
  row: ExceptionRow,
  origin: Parameters<typeof retryPush>[3],
) {
  const connection = row.connectionId as ConnectionId | null;
  if (connection === null || (yield* findPush(tx, connection))?.mode !== "enforce") return false;
  yield* retryPush(tx, connection, accountIn(row), origin);
  // What could not be written closes by itself once it is; what was held is decided by this.
  if (row.kind === "push-held") {
    yield* closeException(tx, row.id);
    const subject = { kind: "exception", id: row.id };
    yield* recordEvent(tx, { type: "exception.resolved", origin, subject });
  }
  return true;
});

/** That people are deleted outside is decided by whoever decides what is written there. */
const mayTry = ({ role }: Caller, { kind }: ExceptionRow): boolean =>
  pushKinds.has(kind) && (kind !== "push-held" || mayDo(role, "push:write"));

const notTheirs = ({ role }: Caller) =>
  new Forbidden({ detail: `This needs the permission push:write, which ${role} has not.` });

const notRetryable = ({ kind }: ExceptionRow) =>
  new InvalidValue({
    detail: `Nothing is tried again for ${kind}. "rolebridge exception show" says what to do about it.`,
  });

const notWritten = new InvalidValue({
  detail: "Nothing is written through its connection any more: resolve it.",
});

/** Has what it is about tried again now. */
export const retryException = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "exception:write",
    Effect.fnUntraced(function* (tx, origin) {
      const row = isUuid(id) ? yield* findOpenException(tx, id) : undefined;
      if (row === undefined) return yield* new NotFound({ kind: "open exception", id: id.slice(0, 100) });
      if (!pushKinds.has(row.kind)) return yield* notRetryable(row);
      if (!mayTry(caller, row)) return yield* notTheirs(caller);
      return (yield* tryOne(tx, row, origin)) || (yield* notWritten);
    }),
  );

/** All that can be. Gives their number. */
export const retryExceptions = (caller: Caller, target: Target) =>
  inOrganization(
    caller,
    target,
    "exception:write",
    Effect.fnUntraced(function* (tx, origin) {
      const rows = (yield* listOpenExceptions(tx, 100_000)).filter((row) => mayTry(caller, row));
      const tried = yield* Effect.forEach(rows, (row) => tryOne(tx, row, origin));
      return tried.filter((one) => one).length;
    }),
  );
