/** The mapping, as operators change it. What a mapping means is the mapping's own matter. */
import { Effect } from "effect";
import { isUuid, NotFound } from "../domain/index.ts";
import {
  resolveException as closeException,
  findMapping,
  lockMapping,
  recordEvent,
  type TenantTx,
} from "../store/index.ts";
import { draftMapping as draft, publishMapping as publish } from "../sync/index.ts";
import { inOrganization, type Target } from "./access.ts";
import type { Caller } from "./caller.ts";

const versionOf = Effect.fnUntraced(function* (tx: TenantTx, version: number) {
  const found = yield* findMapping(tx, version);
  return found ?? (yield* new NotFound({ kind: "mapping version", id: String(version) }));
});

export const draftMapping = (caller: Caller, target: Target, document: unknown) =>
  inOrganization(
    caller,
    target,
    "mapping:write",
    Effect.fnUntraced(function* (tx, origin) {
      yield* lockMapping(tx);
      return yield* versionOf(tx, yield* draft(tx, document, origin));
    }),
  );

export const publishMapping = (caller: Caller, target: Target, apply: boolean) =>
  inOrganization(
    caller,
    target,
    "mapping:publish",
    Effect.fnUntraced(function* (tx, origin) {
      yield* lockMapping(tx);
      return yield* versionOf(tx, yield* publish(tx, origin, apply));
    }),
  );

/** Closes an exception. False where none of this id was open. */
export const resolveException = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "exception:write",
    Effect.fnUntraced(function* (tx, origin) {
      const closed = isUuid(id) ? yield* closeException(tx, id) : [];
      if (closed.length === 0) return false;
      yield* recordEvent(tx, { type: "exception.resolved", origin, subject: { kind: "exception", id } });
      return true;
    }),
  );
