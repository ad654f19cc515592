/** Writes to the directory, with the faults that a test switches on. */
import { Effect } from "effect";
import { type Change, ConnectorFailure, type OutboundRules, type Source, type Target } from "../connector.ts";
import { type Directory, told } from "./directory.ts";
import { inTime } from "./source.ts";
import { named, withEmail, write } from "./write.ts";

/** Who the journal says did what this connector writes. */
export const writer = "rolebridge";

const apply = Effect.fn("memory.apply")(function* (directory: Directory, change: Change) {
  const fault = directory.writing?.(change);
  if (fault?.when === "before") return yield* told("before it wrote", fault);
  const outcome = write(directory, change, { actor: writer });
  if (fault?.when === "after") return yield* told("after it wrote", fault);
  return outcome instanceof ConnectorFailure ? yield* outcome : outcome;
});

export const makeTarget = (
  directory: Directory,
  identity: string,
  one: Source["one"],
  rules: OutboundRules,
): Target => ({
  identity: Effect.succeed(identity),
  isNamedByEmail: Effect.sync(() => directory.isNamedByEmail === true),
  one,
  find: ({ userName, email }) =>
    Effect.sync(() => [
      ...new Set([...named(directory, userName), ...(email ? withEmail(directory, email) : [])]),
    ]),
  apply: (change) => inTime(rules)(apply(directory, change)),
});
