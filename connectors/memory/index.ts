/**
 * The reference connector: a directory in memory, with switches for faults. Owns what a connector must do at least,
 * so it is the example to copy and the one that tests use. Reaches no network.
 */
import { Effect, Schema } from "effect";
import { type Connection, connector, Outbound, type Source } from "../connector.ts";
import type { Directory, Fault } from "./directory.ts";
import { makeSource } from "./source.ts";
import { makeTarget } from "./target.ts";

export type { Directory, Fault, WriteFault } from "./directory.ts";
export { append, because, clearJournal, groupHint, type Journal, makeJournal, userHint } from "./journal.ts";
export { writer } from "./target.ts";
export { write } from "./write.ts";

/**
 * A connection to a directory that the caller holds, with a fault switched on or not. With a journal it can be
 * followed, with an identity written to.
 */
export const openDirectory = (
  directory: Directory,
  fault?: Fault,
): Effect.Effect<Connection & { readonly source: Source }> =>
  Effect.map(Outbound, (rules) => {
    const source = makeSource(directory, fault, rules);
    const { identity } = directory;
    return {
      probe: Effect.succeed({
        latencyMillis: 0,
        version: null,
        sees: ["users", "groups", "memberships"],
        lacks: [],
      }),
      source,
      ...(identity === undefined ? {} : { target: makeTarget(directory, identity, source.one, rules) }),
    };
  });

export const memory = connector({
  kind: "memory",
  title: "In memory",
  settings: Schema.Struct({}),
  fields: [],
  open: () => openDirectory({ users: [], groups: [], memberships: [] }),
});
