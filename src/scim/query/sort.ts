/** `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3). */
import { Result } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import type { Order } from "../../store/index.ts";
import type { ScimContext } from "../context.ts";
import { readName } from "../dialect/index.ts";
import { childPath, isComputed, type ResourceType, resolvePath } from "../schema/index.ts";

const refuse = (detail: string) => Result.fail(new InvalidValue({ detail }));

const isDescending = (text: string): boolean | undefined => {
  const word = text.toLowerCase();
  return word === "descending" ? true : word === "ascending" || word === "" ? false : undefined;
};

/** The order asked for; undefined where none was. Fails with InvalidValue for what cannot be sorted by. */
export const readOrder = (
  { query, dialect }: ScimContext,
  type: ResourceType,
): Result.Result<Order | undefined, InvalidValue> => {
  const descending = isDescending(query.get("sortOrder") ?? "");
  if (descending === undefined) return refuse('"sortOrder" is "ascending" or "descending".');
  const name = query.get("sortBy")?.trim() ?? "";
  if (name === "") return Result.succeed(undefined);
  const found = resolvePath(type, readName(dialect, type, name));
  const path = found?.type === "complex" ? childPath(found, "value") : found;
  if (path === undefined || path.attribute.returned === "never" || isComputed(path)) {
    return refuse(`"sortBy": ${name.slice(0, 100)} is no attribute of a ${type.name} to sort by.`);
  }
  return Result.succeed({ path, type: path.type, descending });
};
