/** An organization's own SCIM schemas, as operators declare and remove them. No value outlives its declaration. */
import { isDeepStrictEqual } from "node:util";
import { Effect } from "effect";
import {
  type DirectoryUserId,
  type EventId,
  type ExtensibleType,
  type Extension,
  InvalidValue,
  NotFound,
  type Origin,
  TooMany,
} from "../../domain/index.ts";
import { changeOf, decodeExtension, maxSchemas, mustNotClash } from "../../extension/index.ts";
import {
  countExtensionValues,
  dropExtensionValues,
  type ExtensionPart,
  findScimSettings,
  lockScimSettings,
  newId,
  recordEvent,
  saveSchemas,
  type TenantTx,
} from "../../store/index.ts";
import { settleUsers } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";

export const visibleScimSchemas = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "connection:read", (tx) =>
    Effect.map(findScimSettings(tx), (found) => found?.schemas ?? []),
  );

const isOf = (id: string) => (extension: Extension) => extension.id.toLowerCase() === id.toLowerCase();

const inUse = ({ id, resourceType, names }: ExtensionPart, count: number) => {
  const what = names === undefined ? id : `${names.join(", ")} of ${id}`;
  return new InvalidValue({
    detail: `${resourceType}s with values of ${what}: ${count}. Take them away at the identity provider first, or agree to discardValues (--discard-values): then they end, and the roles they gave.`,
  });
};

const mustBeFree = Effect.fnUntraced(function* (tx: TenantTx, part: ExtensionPart) {
  const count = yield* countExtensionValues(tx, part);
  if (count > 0) return yield* inUse(part, count);
});

/** What is done about the values that a declaration leaves behind. */
interface Leaving {
  readonly part: ExtensionPart;
  readonly discard: boolean;
}

const change = Effect.fnUntraced(function* (
  tx: TenantTx,
  origin: Origin,
  type: string,
  schemas: ReadonlyArray<Extension>,
  { part, discard }: Leaving,
) {
  const leaves = part.names === undefined || part.names.length > 0;
  if (leaves && !discard) yield* mustBeFree(tx, part);
  const event = newId<EventId>();
  const ids = leaves && discard ? yield* dropExtensionValues(tx, part, event) : [];
  yield* saveSchemas(tx, schemas);
  const data = {
    schema: part.id,
    resourceType: part.resourceType,
    discarded: ids.length,
    attributes: part.names ?? [],
  };
  const subject = { kind: "organization", id: tx.organization };
  yield* recordEvent(tx, { id: event, type, origin, subject, data });
  // Rules look at users' attributes only.
  if (part.resourceType === "User") {
    yield* settleUsers(tx, ids as ReadonlyArray<DirectoryUserId>, { event, origin }, true);
  }
});

const tooMany = new TooMany({
  detail: `An organization declares at most ${maxSchemas} schemas. Remove one, or put these attributes into one of them.`,
});

interface Wanted {
  readonly resourceType: ExtensibleType;
  readonly document: unknown;
  readonly discardValues: boolean;
}

/**
 * Declares a schema, or changes it. The same again changes nothing. What comes newly must have no values either: some
 * of another form might be left from before.
 */
export const setScimSchema = (
  caller: Caller,
  target: Target,
  { resourceType, document, discardValues: discard }: Wanted,
) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const wanted = yield* Effect.fromResult(decodeExtension(resourceType, document));
      const { schemas } = yield* lockScimSettings(tx);
      const before = schemas.find(isOf(wanted.id));
      if (isDeepStrictEqual(before, wanted)) return wanted;
      const { added, gone } = yield* Effect.fromResult(changeOf(before, wanted));
      const others = schemas.filter((one) => one !== before);
      yield* Effect.fromResult(mustNotClash(others, wanted));
      if (others.length >= maxSchemas) return yield* tooMany;
      const part = { id: wanted.id, resourceType, names: [...added, ...gone] };
      const after =
        before === undefined ? [...schemas, wanted] : schemas.map((one) => (one === before ? wanted : one));
      const type = before === undefined ? "scim-schema.declared" : "scim-schema.changed";
      yield* change(tx, origin, type, after, { part, discard });
      return wanted;
    }),
  );

/** Ends a declaration. Fails with NotFound where there is none. */
export const removeScimSchema = (caller: Caller, target: Target, id: string, discard: boolean) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { schemas } = yield* lockScimSettings(tx);
      const before = schemas.find(isOf(id));
      if (before === undefined) return yield* new NotFound({ kind: "schema", id: id.slice(0, 200) });
      const part = { id: before.id, resourceType: before.resourceType };
      const after = schemas.filter((one) => one !== before);
      yield* change(tx, origin, "scim-schema.removed", after, { part, discard });
      return before;
    }),
  );
