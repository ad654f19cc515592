/** How strictly a connection that pushes is listened to. */
import { Effect } from "effect";
import { NotSupported } from "../../domain/index.ts";
import { type ConnectionRow, recordEvent, updateConnection } from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { happened, lockedConnection, viewConnection } from "./connections.ts";

/** Null where nobody pushes. The setting's name is what the store reads with each credential. */
export const isStrict = ({ kind, settings }: Pick<ConnectionRow, "kind" | "settings">): boolean | null =>
  kind === "scim" ? settings["strict"] === true : null;

const notPushed = new NotSupported({
  detail: "Only SCIM connections are strict or not: this one is read, nobody pushes to it.",
});

/** From the next request on. Nothing happens where it is so already. */
export const setConnectionStrict = (caller: Caller, target: Target, slug: string, strict: boolean) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const before = yield* lockedConnection(tx, slug);
      const was = isStrict(before);
      if (was === null) return yield* notPushed;
      if (was !== strict) {
        yield* updateConnection(tx, before.id, { settings: { ...before.settings, strict } });
        yield* recordEvent(tx, happened("connection.strictness-changed", origin, before.id, { strict }));
      }
      return yield* viewConnection(tx, slug);
    }),
  );
