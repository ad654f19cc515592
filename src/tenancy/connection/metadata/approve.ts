/** A difference that somebody looked at comes to count: exactly that one. */
import { isDeepStrictEqual } from "node:util";
import { Effect } from "effect";
import { InvalidValue } from "../../../domain/index.ts";
import { recordEvent, updateConnection } from "../../../store/index.ts";
import { keepingOwnership } from "../../../sync/index.ts";
import { inOrganization, type Target } from "../../access.ts";
import type { Caller } from "../../caller.ts";
import { happened, lockedConnection, viewConnection } from "../connections.ts";
import { type Looked, lookAtMetadata } from "./difference.ts";

const another = new InvalidValue({
  detail:
    "difference: it is another one by now, so nothing was changed. Look at it again: rolebridge connection metadata.",
});

const eventData = ({ difference: { hash, settings, certificates } }: Looked) => {
  const named = (change: "added" | "removed") =>
    certificates.filter((one) => one.change === change).map(({ fingerprint }) => fingerprint);
  return {
    difference: hash,
    settings: settings.map(({ name }) => name),
    added: named("added"),
    removed: named("removed"),
  };
};

const store = (caller: Caller, target: Target, looked: Looked) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { row, described } = looked;
      const now = yield* lockedConnection(tx, row.slug);
      if (now.id !== row.id || !isDeepStrictEqual(now.settings, row.settings)) return yield* another;
      const settings = { ...now.settings, ...described };
      yield* keepingOwnership(tx, updateConnection(tx, row.id, { settings }));
      yield* recordEvent(tx, happened("connection.metadata-approved", origin, row.id, eventData(looked)));
      return yield* viewConnection(tx, row.slug);
    }),
  );

/** Reads the metadata again. `hash` is the difference's, as it was shown. */
export const approveMetadata = Effect.fn("approveMetadata")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  hash: string,
  document: string | null,
) {
  const looked = yield* lookAtMetadata(caller, target, slug, document);
  return yield* looked.difference.hash === hash ? store(caller, target, looked) : another;
});
