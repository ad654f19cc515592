/** Applies a dialect to what was sent, before it is read as the RFC has it. */
import { Result } from "effect";
import type { InvalidFilter } from "../../domain/index.ts";
import {
  type Filter,
  parseFilter,
  parsePath,
  printPath,
  type ResolvedFilter,
  resolveFilter,
} from "../filter/index.ts";
import {
  type Attribute,
  attributesOf,
  find,
  isList,
  isObject,
  pick,
  type ResourceType,
  resolvePath,
  type Unread,
} from "../schema/index.ts";
import type { Dialect, SentOperation } from "./rewrite.ts";
import { valueChange, walkObject, walkValue } from "./walk.ts";

const rename = ({ rewrites }: Dialect, type: ResourceType, name: string): string =>
  rewrites.reduce((current, { attributeName }) => attributeName?.(type, current) ?? current, name);

/** An attribute's name or path as the RFC has it. */
export const readName = rename;

/** Keys that are not known already get their proper name; one that is there under it wins. */
const renameKeys = (dialect: Dialect, type: ResourceType, object: Unread): Unread => {
  const rows = attributesOf(type);
  const fields = Object.entries(object).map(([key, value]) => {
    const name = find(rows, key) === undefined ? rename(dialect, type, key) : key;
    return { key, name, value };
  });
  const kept = fields.filter(({ key, name }) => key === name || !Object.hasOwn(object, name));
  return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
};

const renamePath = (dialect: Dialect, type: ResourceType, path: string): string => {
  const parts = parsePath(path);
  if (Result.isFailure(parts)) return path;
  const name = rename(dialect, type, parts.success.path);
  return name === parts.success.path ? path : printPath({ ...parts.success, path: name });
};

/** The row whose value an operation with this path carries. */
const rowAt = (type: ResourceType, path: string): Attribute | undefined => {
  const parts = parsePath(path);
  if (Result.isFailure(parts)) return undefined;
  const { filter, sub } = parts.success;
  const attribute = resolvePath(type, parts.success.path)?.attribute;
  if (attribute === undefined || filter === undefined) return attribute;
  return sub === undefined ? { ...attribute, multiValued: false } : find(attribute.subAttributes ?? [], sub);
};

const rewriteNames = (dialect: Dialect, type: ResourceType, operation: SentOperation): SentOperation => {
  const { path, value } = operation;
  if (typeof path === "string") return { ...operation, path: renamePath(dialect, type, path) };
  return isObject(value) ? { ...operation, value: renameKeys(dialect, type, value) } : operation;
};

const rewriteValue = (dialect: Dialect, type: ResourceType, operation: SentOperation): SentOperation => {
  const { path, value } = operation;
  const change = valueChange(dialect.rewrites);
  if (typeof path === "string") {
    const row = rowAt(type, path);
    return row === undefined ? operation : { ...operation, value: walkValue(row, value, change) };
  }
  return isObject(value) ? { ...operation, value: walkObject(attributesOf(type), value, change) } : operation;
};

export const sentOperation = (sent: Unread): SentOperation => ({
  op: pick(sent, "op"),
  path: pick(sent, "path"),
  value: pick(sent, "value"),
});

const rewriteOperation = (dialect: Dialect, type: ResourceType, sent: Unread): readonly SentOperation[] => {
  const named = [rewriteNames(dialect, type, sentOperation(sent))];
  return dialect.rewrites
    .reduce<readonly SentOperation[]>(
      (current, rewrite) => current.flatMap((each) => rewrite.operation?.(type, each) ?? [each]),
      named,
    )
    .map((each) => rewriteValue(dialect, type, each));
};

/** A resource that is created or replaced, as the RFC has it; what is not understood stays for `validate` to judge. */
export const rewriteResource = (dialect: Dialect, type: ResourceType, body: unknown): unknown => {
  if (!isObject(body) || dialect.rewrites.length === 0) return body;
  const shaped = dialect.rewrites.reduce(
    (current, { resource }) => resource?.(type, current) ?? current,
    renameKeys(dialect, type, body),
  );
  return walkObject(attributesOf(type), shaped, valueChange(dialect.rewrites));
};

/** A PATCH body with its operations as the RFC has them; what is not understood stays for `parsePatch` to judge. */
export const rewriteOperations = (dialect: Dialect, type: ResourceType, body: unknown): unknown => {
  if (!isObject(body) || dialect.rewrites.length === 0) return body;
  const operations = pick(body, "Operations");
  if (!isList(operations)) return body;
  const rewritten = operations.flatMap<unknown>((each) =>
    isObject(each) ? rewriteOperation(dialect, type, each) : [each],
  );
  return { schemas: pick(body, "schemas"), Operations: rewritten };
};

const renameIn = (dialect: Dialect, type: ResourceType, filter: Filter): Filter => {
  switch (filter._tag) {
    case "And":
    case "Or": {
      const [left, right] = [renameIn(dialect, type, filter.left), renameIn(dialect, type, filter.right)];
      return { ...filter, left, right };
    }
    case "Not":
      return { ...filter, filter: renameIn(dialect, type, filter.filter) };
    default:
      return { ...filter, path: rename(dialect, type, filter.path) };
  }
};

/**
 * A filter's text in this dialect, read and looked up in the schema table. Fails with InvalidFilter as
 * `parseFilter` and `resolveFilter` do.
 */
export const readFilter = (
  dialect: Dialect,
  type: ResourceType,
  text: string,
): Result.Result<ResolvedFilter, InvalidFilter> => {
  const bareWords = dialect.rewrites.some((rewrite) => rewrite.bareWords);
  const parsed = parseFilter(text, { bareWords });
  return Result.flatMap(parsed, ({ filter }) => resolveFilter(type, renameIn(dialect, type, filter)));
};
