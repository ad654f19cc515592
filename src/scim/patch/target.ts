/** Finds a PATCH path in the schema table and refuses what nobody may change (RFC 7644 §3.5.2). */
import { Result } from "effect";
import { type InvalidFilter, InvalidPath, NotMutable } from "../../domain/index.ts";
import { type PatchPath, parsePath, resolveElement } from "../filter/index.ts";
import { type Attribute, find, type ResolvedPath, type ResourceType, resolvePath } from "../schema/index.ts";
import type { Operation, Target } from "./operation.ts";

type Found = Result.Result<Target, InvalidFilter | InvalidPath>;

const unknown = (path: string) =>
  Result.fail(new InvalidPath({ detail: `There is no attribute "${path.slice(0, 200)}".` }));

const plain = ({ rows, attribute }: ResolvedPath): Target => {
  const list = rows.findIndex((row) => row.multiValued);
  const element = rows[list];
  if (element === undefined || list === rows.length - 1) return { rows, attribute };
  return { rows: rows.slice(0, list + 1), attribute: element, sub: attribute };
};

const filtered = (path: string, found: ResolvedPath, parts: PatchPath): Found => {
  const { attribute, rows } = found;
  if (parts.filter === undefined) return Result.succeed(plain(found));
  if (!attribute.multiValued || attribute.type !== "complex") {
    return Result.fail(new InvalidPath({ detail: `"${parts.path}" has no elements to select.` }));
  }
  const sub = parts.sub === undefined ? undefined : find(attribute.subAttributes ?? [], parts.sub);
  if (parts.sub !== undefined && sub === undefined) return unknown(path);
  const filter = resolveElement(attribute, parts.filter);
  return Result.map(filter, (where) => ({ rows, attribute, filter: where, ...(sub ? { sub } : {}) }));
};

/** The target a path names. Fails with InvalidPath or, for the part in brackets, InvalidFilter. */
export const resolveTarget = (type: ResourceType, path: string): Found => {
  const parts = parsePath(path);
  if (Result.isFailure(parts)) return Result.fail(parts.failure);
  const found = resolvePath(type, parts.success.path);
  return found === undefined ? unknown(path) : filtered(path, found, parts.success);
};

const refuse = (row: Attribute, why: string) =>
  Result.fail(new NotMutable({ detail: `"${row.name}" ${why}.` }));

/** RFC 7644 §3.5.2: readOnly and immutable attributes cannot be changed, required ones not removed. */
export const checkMutable = (op: Operation["op"], target: Target): Result.Result<Target, NotMutable> => {
  const steps = target.sub === undefined ? target.rows : [...target.rows, target.sub];
  const fixed = steps.find((row) => row.mutability === "readOnly" || row.mutability === "immutable");
  if (fixed !== undefined) return refuse(fixed, "cannot be changed");
  const last = target.sub ?? target.attribute;
  const whole = target.filter === undefined || target.sub !== undefined;
  return op === "remove" && whole && last.required
    ? refuse(last, "is required and cannot be removed")
    : Result.succeed(target);
};
