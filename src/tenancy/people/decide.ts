/** Roles that an operator grants to one account, or keeps from it whatever gives them. */
import { Effect } from "effect";
import { type AccountId, type EventId, NotFound, type Origin, type RoleKey } from "../../domain/index.ts";
import {
  addDecisions,
  createScopes,
  type DecidedKind,
  type DecidedRow,
  endDecisions,
  listDecided,
  newId,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";
import { reconcile } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { reasonOf, untilOf } from "../input.ts";
import { holdAccount, mayGive, roleNamed, scopeNamed } from "./find.ts";

interface Named {
  readonly role: string;
  /** Id, email or userName. */
  readonly account: string;
  readonly scope: string | null;
  readonly reason: string;
}

interface Wanted extends Named {
  readonly until: Date | null;
  /** May the scope be one that the catalogue lacks? */
  readonly createScope: boolean;
}

export interface DecidedAnswer {
  readonly decided: DecidedRow;
  /** False where it was so already. */
  readonly changed: boolean;
}

const mostOpen = 100;

interface Place {
  readonly account: AccountId;
  readonly role: RoleKey;
  readonly scope: string;
}

const openAt = (tx: TenantTx, kind: DecidedKind, { account, role, scope }: Place) =>
  listDecided(tx, kind, { limit: mostOpen, accounts: [account], role, scope, ended: false });

const happened = (
  tx: TenantTx,
  type: string,
  origin: Origin,
  { account, role, scope }: Place,
  kind: DecidedKind,
  ids: ReadonlyArray<string>,
  reason: string,
  more: {
    readonly id?: EventId;
    readonly until?: Date | null;
    readonly replaces?: ReadonlyArray<string>;
  } = {},
) =>
  recordEvent(tx, {
    ...(more.id === undefined ? {} : { id: more.id }),
    type,
    origin,
    subject: { kind: "account", id: account },
    data: {
      [`${kind}s`]: [...ids],
      role,
      scope,
      ...(more.until === undefined ? {} : { until: more.until?.toISOString() ?? null }),
      ...(more.replaces === undefined || more.replaces.length === 0 ? {} : { replaces: [...more.replaces] }),
    },
    personal: { reason },
  });

const made = { grant: "grant.made", exclusion: "exclusion.made" } as const;
const ended = { grant: "grant.revoked", exclusion: "exclusion.ended" } as const;

const sameEnd = (row: DecidedRow, until: Date | null) => row.until?.getTime() === until?.getTime();

/** One that is open already, of the same role and scope, is replaced where it ends at another time. */
const make = (kind: DecidedKind) => (caller: Caller, target: Target, wanted: Wanted) =>
  inOrganization(
    caller,
    target,
    "grant:write",
    Effect.fnUntraced(function* (tx, origin) {
      const reason = yield* reasonOf("reason", wanted.reason);
      const until = yield* untilOf(wanted.until);
      const account = yield* holdAccount(tx, wanted.account);
      const role = yield* roleNamed(tx, wanted.role);
      if (kind === "grant") yield* mayGive(caller, role);
      const { scope, isNew } = yield* scopeNamed(tx, caller, wanted.scope, wanted.createScope);
      const place = { account, role: role.key, scope };
      const open = yield* openAt(tx, kind, place);
      const same = open.find((row) => sameEnd(row, until));
      if (same !== undefined) return { decided: same, changed: false } satisfies DecidedAnswer;
      const [id, event] = [newId(), newId<EventId>()];
      const replaces = open.map((row) => row.id);
      yield* happened(tx, made[kind], origin, place, kind, [id], reason, { id: event, until, replaces });
      if (isNew) yield* createScopes(tx, new Map([[scope, event]]));
      yield* endDecisions(tx, kind, replaces);
      yield* addDecisions(tx, kind, [{ id, ...place, reason, cause: event, expiresAt: until }]);
      yield* reconcile(tx, [account], { event, origin, named: true });
      return yield* answer(tx, kind, id, caller);
    }),
  );

const answer = Effect.fnUntraced(function* (tx: TenantTx, kind: DecidedKind, id: string, caller: Caller) {
  const [row] = yield* listDecided(tx, kind, { limit: 1, ids: [id], ended: true });
  // Its event is written with the transaction's last statement: who decided it is known all the same.
  const decided = row ?? (yield* new NotFound({ kind, id }));
  return {
    decided: { ...decided, actorId: decided.actorId ?? caller.id },
    changed: true,
  } satisfies DecidedAnswer;
});

const others = (rows: ReadonlyArray<DecidedRow>): string | undefined => {
  const scopes = rows.map(({ scope }) => (scope === "" ? "without a scope" : `in ${scope}`));
  return scopes.length === 0 ? undefined : `There is one ${[...new Set(scopes)].join(", ")}`;
};

const end = (kind: DecidedKind) => (caller: Caller, target: Target, wanted: Named) =>
  inOrganization(
    caller,
    target,
    "grant:write",
    Effect.fnUntraced(function* (tx, origin) {
      const reason = yield* reasonOf("reason", wanted.reason);
      const account = yield* holdAccount(tx, wanted.account);
      const role = yield* roleNamed(tx, wanted.role);
      if (kind === "exclusion") yield* mayGive(caller, role);
      const place = { account, role: role.key, scope: wanted.scope ?? "" };
      const open = yield* openAt(tx, kind, place);
      const [newest] = open;
      if (newest === undefined) {
        const of = { limit: mostOpen, accounts: [account], role: role.key, ended: false };
        const hint = others(yield* listDecided(tx, kind, of));
        const id = `${role.key} for ${wanted.account}`;
        return yield* new NotFound({ kind: `open ${kind} of`, id, ...(hint === undefined ? {} : { hint }) });
      }
      const ids = open.map(({ id }) => id);
      const event = yield* happened(tx, ended[kind], origin, place, kind, ids, reason);
      yield* endDecisions(tx, kind, ids);
      yield* reconcile(tx, [account], { event, origin, named: true });
      return yield* answer(tx, kind, newest.id, caller);
    }),
  );

/** Gives the account the role, beside what rules give it. It waits while the account is inactive. */
export const grantRole = make("grant");
/** Ends every open grant of the role in that scope. What rules give stays. */
export const revokeRole = end("grant");
/** Keeps the role from the account, whatever gives it; without a scope: in none. */
export const excludeRole = make("exclusion");
export const includeRole = end("exclusion");
