/** Reads bodies in a dialect: its rules look at what was sent, its rewrites make it the RFC's, the RFC judges the rest. */
import { Result } from "effect";
import { type Operation, type PatchFailure, parsePatch } from "../patch/index.ts";
import {
  isList,
  isObject,
  pick,
  type Resource,
  type ResourceType,
  type Unread,
  validate,
} from "../schema/index.ts";
import { rewriteOperations, rewriteResource, sentOperation } from "./apply.ts";
import type { Dialect } from "./rewrite.ts";
import type { Breach, Rule } from "./rule.ts";

const firstBreach = (
  rules: readonly Rule[],
  look: (rule: Rule) => Breach | undefined,
): Result.Result<void, Breach> => {
  for (const rule of rules) {
    const breach = look(rule);
    if (breach !== undefined) return Result.fail(breach);
  }
  return Result.succeed(undefined);
};

const checkOperations = (
  { rules }: Dialect,
  type: ResourceType,
  body: Unread,
): Result.Result<void, Breach> => {
  const operations = pick(body, "Operations");
  for (const each of isList(operations) ? operations : []) {
    if (!isObject(each)) continue;
    const sent = sentOperation(each);
    const checked = firstBreach(rules, ({ operation }) => operation?.(type, sent));
    if (Result.isFailure(checked)) return checked;
  }
  return Result.succeed(undefined);
};

/** A resource that is created or replaced. Fails as `validate` does, and for what the dialect refuses. */
export const readResource = (
  dialect: Dialect,
  type: ResourceType,
  body: unknown,
): Result.Result<Resource, Breach> => {
  const checked = firstBreach(dialect.rules, ({ resource }) =>
    isObject(body) ? resource?.(type, body) : undefined,
  );
  return Result.flatMap(checked, () => validate(type, rewriteResource(dialect, type, body)));
};

/** The operations of a PATCH body. Fails as `parsePatch` does, and for what the dialect refuses. */
export const readPatch = (
  dialect: Dialect,
  type: ResourceType,
  body: unknown,
): Result.Result<readonly Operation[], PatchFailure> => {
  const whole = firstBreach(dialect.rules, ({ patch }) => (isObject(body) ? patch?.(body) : undefined));
  const checked = Result.flatMap(whole, () =>
    isObject(body) ? checkOperations(dialect, type, body) : Result.succeed(undefined),
  );
  return Result.flatMap(checked, () => parsePatch(type, rewriteOperations(dialect, type, body)));
};
