/** Who manages Rolebridge. Nobody makes anyone mightier than themselves, in permissions or in reach. */
import { Effect } from "effect";
import {
  Forbidden,
  isUuid,
  mayDo,
  NotFound,
  type OperatorRole,
  type OrganizationId,
  type Origin,
  permissions,
  type TokenId,
} from "../domain/index.ts";
import {
  createOperator as addOperator,
  disableOperator as endOperator,
  findOperator,
  listOperators,
  newId,
  systemEvents,
} from "../store/index.ts";
import { atSystem, organizationFor } from "./access.ts";
import type { Caller } from "./caller.ts";
import { expiryOf, labelOf } from "./input.ts";
import { mintToken, noOrganization } from "./token.ts";

const unknown = (id: string) => new NotFound({ kind: "operator", id });

/** The caller's own row: the one thing that needs no permission. */
export const ownOperator = Effect.fn("ownOperator")(function* ({ id }: Caller) {
  return (yield* findOperator(id)) ?? (yield* unknown(id));
});

/** The operators the caller may see: those of their own organization, where they are bound to one. */
export const visibleOperators = (caller: Caller) =>
  atSystem(caller, "operator:read", (_, only) => listOperators(only));

/** What happened to operators of every organization. Whoever is bound to one sees none of it. */
export const visibleSystemEvents = (caller: Caller, page: Parameters<typeof systemEvents>[0]) =>
  atSystem(caller, "event:read", (_, only) => (only === null ? systemEvents(page) : Effect.succeed([])));

const outranks = (wanted: OperatorRole, own: OperatorRole): boolean =>
  permissions.some((permission) => mayDo(wanted, permission) && !mayDo(own, permission));

const reachOf = Effect.fnUntraced(function* (caller: Caller, organization: string | null) {
  if (organization !== null) return (yield* organizationFor(caller, organization, "operator:write")).id;
  if (caller.organizationId === null) return null;
  return yield* new Forbidden({
    detail: "You manage one organization: name it, an operator you make can reach no other.",
  });
});

interface Wanted {
  readonly name: string;
  readonly role: OperatorRole;
  /** Slug; null: every organization. */
  readonly organization: string | null;
  readonly label: string;
  readonly expiresAt: Date | null;
}

const add = Effect.fnUntraced(function* (caller: Caller, wanted: Wanted, origin: Origin) {
  const organizationId: OrganizationId | null = yield* reachOf(caller, wanted.organization);
  if (outranks(wanted.role, caller.role)) {
    return yield* new Forbidden({ detail: `Who is ${caller.role} makes nobody ${wanted.role}.` });
  }
  const name = yield* labelOf("name", wanted.name);
  const label = yield* labelOf("label", wanted.label);
  const expiresAt = yield* expiryOf(wanted.expiresAt);
  const tokenId = newId<TokenId>();
  const { token, hash } = mintToken("rbo", noOrganization, tokenId);
  const id = yield* addOperator(
    { name, role: wanted.role, organizationId },
    { id: tokenId, hash, label, expiresAt },
    origin,
  );
  return { id, token };
});

/** Makes an operator and a first token, which is in the answer and nowhere else. Gives the operator's id. */
export const createOperator = (caller: Caller, wanted: Wanted) =>
  atSystem(caller, "operator:write", (origin) => add(caller, wanted, origin));

/** Ends an operator and every token they have, at once. Not oneself: somebody must be left. */
export const disableOperator = (caller: Caller, id: string) =>
  atSystem(
    caller,
    "operator:write",
    Effect.fnUntraced(function* (origin, only) {
      const found = isUuid(id) ? yield* findOperator(id) : undefined;
      if (found === undefined || (only !== null && found.organizationId !== only)) return yield* unknown(id);
      if (found.id === caller.id) {
        return yield* new Forbidden({ detail: "You cannot disable yourself. Ask another owner." });
      }
      if (found.disabledAt === null) yield* endOperator(found, origin);
      return (yield* findOperator(id)) ?? (yield* unknown(id));
    }),
  );
