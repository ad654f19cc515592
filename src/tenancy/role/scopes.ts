/** Scopes: what a role can be limited to. */
import { Effect } from "effect";
import { type EventId, InvalidValue, NotFound } from "../../domain/index.ts";
import {
  deleteScope,
  lockScope,
  newId,
  addScope as storeScope,
  useScope,
  usesOfScope,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { descriptionOf, scopeKeyOf } from "../input.ts";
import { beginChange, endChange, requireUnused } from "./change.ts";

const noScope = (key: string) => new NotFound({ kind: "scope", id: key });

export const addScope = (
  caller: Caller,
  target: Target,
  wanted: { readonly key: string; readonly description: string },
  apply: boolean,
) =>
  inOrganization(
    caller,
    target,
    "role:write",
    Effect.fnUntraced(function* (tx, origin) {
      const key = yield* scopeKeyOf("key", wanted.key);
      const description = yield* descriptionOf("description", wanted.description);
      yield* beginChange(tx, apply);
      const id = newId<EventId>();
      if (!(yield* storeScope(tx, key, description, id))) {
        return yield* new InvalidValue({ detail: `There is already a scope ${key}.` });
      }
      yield* endChange(tx, origin, { id, type: "scope.added", data: { scope: key } }, apply);
      return (yield* useScope(tx, key)) ?? (yield* noScope(key));
    }),
  );

/**
 * Takes a scope out of the catalogue, where no operator's decision names it. Roles that rules give in it end with the
 * next look at each account.
 */
export const removeScope = (caller: Caller, target: Target, wanted: string, apply: boolean) =>
  inOrganization(
    caller,
    target,
    "role:write",
    Effect.fnUntraced(function* (tx, origin) {
      yield* beginChange(tx, apply);
      const scope = (yield* lockScope(tx, wanted)) ?? (yield* noScope(wanted));
      const uses = yield* usesOfScope(tx, scope.key);
      const ofRules = uses?.accounts ?? 0;
      yield* requireUnused(`The scope ${scope.key}`, uses && { ...uses, accounts: 0 });
      yield* deleteScope(tx, scope.key);
      yield* endChange(
        tx,
        origin,
        { type: "scope.removed", data: { scope: scope.key, accounts: ofRules } },
        apply,
      );
      return scope;
    }),
  );
