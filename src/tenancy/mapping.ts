/** The mapping, as operators change it. What a mapping means is the mapping's own matter. */
import { Effect } from "effect";
import { InvalidValue, isUuid, NotFound } from "../domain/index.ts";
import {
  resolveException as closeException,
  findMapping,
  heldPlanOf,
  lockMapping,
  recordEvent,
  type TenantTx,
} from "../store/index.ts";
import { draftLinted, publishMapping as publish } from "../sync/index.ts";
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
      const { version } = yield* draftLinted(tx, document, origin);
      return yield* versionOf(tx, version);
    }),
  );

/** Makes the document of an earlier version the draft: a version of its own, to be published like any other. */
export const rollbackMapping = (caller: Caller, target: Target, version: number) =>
  inOrganization(
    caller,
    target,
    "mapping:write",
    Effect.fnUntraced(function* (tx, origin) {
      yield* lockMapping(tx);
      const { state, document } = yield* versionOf(tx, version);
      if (state === "draft")
        return yield* new InvalidValue({
          detail: `Version ${version} is the draft already. Name one that was published.`,
        });
      const draft = yield* draftLinted(tx, document, origin, version);
      return yield* versionOf(tx, draft.version);
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

/** What is held would be held on, and nobody would be told. */
const requireDecided = Effect.fnUntraced(function* (tx: TenantTx, id: string) {
  const plan = yield* heldPlanOf(tx, id);
  if (plan === undefined) return;
  return yield* new InvalidValue({
    detail: `Roles are held for this one. Approve the plan ${plan}, or have the source say again what it took back: then it closes by itself.`,
  });
});

/** Closes an exception. False where none of this id was open. */
export const resolveException = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "exception:write",
    Effect.fnUntraced(function* (tx, origin) {
      if (isUuid(id)) yield* requireDecided(tx, id);
      const closed = isUuid(id) ? yield* closeException(tx, id) : [];
      if (closed.length === 0) return false;
      yield* recordEvent(tx, { type: "exception.resolved", origin, subject: { kind: "exception", id } });
      return true;
    }),
  );
