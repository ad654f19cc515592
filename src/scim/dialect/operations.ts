/** Operations that are not as the RFC has them. */
import { Result } from "effect";
import { parsePath } from "../filter/index.ts";
import { attributesOf, find, isObject, type ResourceType, resolvePath } from "../schema/index.ts";
import type { SentOperation } from "./rewrite.ts";

export const lowerOp = (_: ResourceType, operation: SentOperation): readonly SentOperation[] => {
  const { op } = operation;
  return [typeof op === "string" ? { ...operation, op: op.toLowerCase() } : operation];
};

/** A PATCH value without path loses its readOnly attributes, as a PUT does (RFC 7644 §3.5.1). */
export const dropReadOnly = (type: ResourceType, operation: SentOperation): readonly SentOperation[] => {
  const { path, value } = operation;
  if ((path ?? undefined) !== undefined || !isObject(value)) return [operation];
  const writable = Object.entries(value).filter(
    ([key]) => find(attributesOf(type), key)?.mutability !== "readOnly",
  );
  return [{ ...operation, value: Object.fromEntries(writable) }];
};

/** `remove manager[value eq "x"]` becomes `remove manager`: there is only one. */
export const dropSingleFilter = (type: ResourceType, operation: SentOperation): readonly SentOperation[] => {
  const { op, path } = operation;
  if (op !== "remove" || typeof path !== "string") return [operation];
  const parts = parsePath(path);
  if (Result.isFailure(parts) || parts.success.filter === undefined) return [operation];
  const attribute = resolvePath(type, parts.success.path)?.attribute;
  const single = attribute?.type === "complex" && !attribute.multiValued;
  return [single ? { op, path: parts.success.path, value: undefined } : operation];
};

/**
 * `replace emails[type eq "work"].value` becomes `add`, which makes the element when there is none and otherwise
 * replaces the one value just the same. With null it becomes `remove`.
 */
export const replaceOrCreate = (_: ResourceType, operation: SentOperation): readonly SentOperation[] => {
  const { op, path, value } = operation;
  if (op !== "replace" || typeof path !== "string") return [operation];
  const parts = parsePath(path);
  if (Result.isFailure(parts) || parts.success.sub === undefined) return [operation];
  return [{ op: value === null ? "remove" : "add", path, value }];
};

/** `replace name {…}` becomes `remove name` and `add name {…}`: nothing of what was there before is kept. */
export const replaceWhole = (type: ResourceType, operation: SentOperation): readonly SentOperation[] => {
  const { op, path, value } = operation;
  if (op !== "replace" || typeof path !== "string" || !isObject(value)) return [operation];
  const attribute = resolvePath(type, path)?.attribute;
  const isWhole = attribute?.type === "complex" && !attribute.multiValued && !attribute.required;
  return isWhole
    ? [
        { op: "remove", path, value: undefined },
        { op: "add", path, value },
      ]
    : [operation];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Without a path, a value that is JSON in a string becomes the object it holds. */
export const unpackValue = (_: ResourceType, operation: SentOperation): readonly SentOperation[] => {
  const { path, value } = operation;
  if ((path ?? undefined) !== undefined || typeof value !== "string") return [operation];
  const object = parsed(value);
  return [isObject(object) ? { ...operation, value: object } : operation];
};
