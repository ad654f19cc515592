/** Reads a PATCH body (RFC 7644 §3.5.2). */
import { Result } from "effect";
import { InvalidPath, InvalidSyntax, InvalidValue, NoTarget, NotMutable } from "../../domain/index.ts";
import {
  type Attribute,
  attributesOf,
  find,
  isList,
  isObject,
  pick,
  type ResourceType,
  type Unread,
} from "../schema/index.ts";
import type { Operation, PatchFailure } from "./operation.ts";
import { checkMutable, resolveTarget } from "./target.ts";

export const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const maxOperations = 1_000;

type Parsed = Result.Result<Operation, PatchFailure>;

const refuseBody = (detail: string) => Result.fail(new InvalidSyntax({ detail }));

const isOp = (op: unknown): op is Operation["op"] => op === "add" || op === "replace" || op === "remove";

const withPath = (type: ResourceType, op: Operation["op"], path: string, value: unknown): Parsed => {
  const target = resolveTarget(type, path);
  if (Result.isFailure(target)) return Result.fail(target.failure);
  return Result.map(checkMutable(op, target.success), (found) => ({ op, target: found, value }));
};

/** An object for a complex attribute, not empty, with no key that the attribute has. */
const isHollow = (row: Attribute, value: unknown): boolean => {
  if (row.subAttributes === undefined || row.multiValued || !isObject(value)) return false;
  const names = Object.keys(value);
  const known = row.subAttributes;
  return names.length > 0 && names.every((name) => find(known, name) === undefined);
};

/** Without a path, `value` holds attributes. One that names none would be a change silently not made. */
const withoutPath = (type: ResourceType, op: Operation["op"], value: unknown): Parsed => {
  if (op === "remove") return Result.fail(new NoTarget({ detail: `A "remove" needs a "path".` }));
  if (!isObject(value)) {
    return Result.fail(new InvalidValue({ detail: `Without a "path", "value" must be an object.` }));
  }
  const names = Object.keys(value);
  const rows = names.map((name) => find(attributesOf(type), name)).filter((row) => row !== undefined);
  if (new Set(rows).size < rows.length) {
    return Result.fail(new InvalidValue({ detail: `"value" names an attribute twice.` }));
  }
  const hollow = rows.find((row) => isHollow(row, pick(value, row.name)));
  if (hollow !== undefined) {
    return Result.fail(new InvalidPath({ detail: `"${hollow.name}" names none of its sub-attributes.` }));
  }
  const fixed = rows.find((row) => row.mutability === "readOnly");
  if (fixed !== undefined)
    return Result.fail(new NotMutable({ detail: `"${fixed.name}" cannot be changed.` }));
  return rows.length > 0 || names.length === 0
    ? Result.succeed({ op, value })
    : Result.fail(new InvalidPath({ detail: `"value" names no attribute of ${type.name}.` }));
};

const parseOperation = (type: ResourceType, operation: unknown): Parsed => {
  if (!isObject(operation)) return refuseBody("Each operation must be an object.");
  const op = pick(operation, "op");
  const path = pick(operation, "path") ?? undefined;
  const value = pick(operation, "value");
  if (!isOp(op)) return refuseBody(`"op" must be "add", "replace" or "remove".`);
  if (op !== "remove" && value === undefined) {
    return Result.fail(new InvalidValue({ detail: `"${op}" needs a "value".` }));
  }
  if (path === undefined) return withoutPath(type, op, value);
  return typeof path === "string"
    ? withPath(type, op, path, value)
    : Result.fail(new InvalidPath({ detail: `"path" must be a string.` }));
};

const operationsOf = (body: Unread): Result.Result<readonly unknown[], InvalidSyntax> => {
  const schemas = pick(body, "schemas");
  const wanted = patchUrn.toLowerCase();
  const known =
    isList(schemas) && schemas.some((each) => typeof each === "string" && each.toLowerCase() === wanted);
  if (!known) return refuseBody(`List ${patchUrn} in "schemas".`);
  const operations = pick(body, "Operations");
  if (!isList(operations) || operations.length === 0) return refuseBody(`Send at least one of "Operations".`);
  if (operations.length > maxOperations)
    return refuseBody(`Send at most ${maxOperations} operations at once.`);
  return Result.succeed(operations);
};

/**
 * The operations of a PATCH body, in order, their paths looked up and what may not be changed refused; values are
 * checked when they are applied. Fails as RFC 7644 §3.12 says: InvalidSyntax for the body, InvalidPath or
 * InvalidFilter for a path, NoTarget for `remove` without one, NotMutable, InvalidValue for a missing value.
 */
export const parsePatch = (
  type: ResourceType,
  body: unknown,
): Result.Result<readonly Operation[], PatchFailure> => {
  const sent = isObject(body) ? operationsOf(body) : refuseBody("Send a JSON object.");
  if (Result.isFailure(sent)) return Result.fail(sent.failure);
  const operations: Operation[] = [];
  for (const each of sent.success) {
    const operation = parseOperation(type, each);
    if (Result.isFailure(operation)) return Result.fail(operation.failure);
    operations.push(operation.success);
  }
  return Result.succeed(operations);
};
