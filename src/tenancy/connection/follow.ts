/** Whether a connection's changes are followed, and how often one looks. */
import { Effect } from "effect";
import { NotSupported } from "../../domain/index.ts";
import { lockSyncState, recordEvent, setFollow as storeFollow } from "../../store/index.ts";
import { enqueueFollow, openConnection, openWith, type PlainSettings } from "../../sync/index.ts";
import { inOrganization, organizationFor, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { lookIntervalOf } from "../input.ts";
import { happened, namedConnection, viewConnection } from "./connections.ts";
import { readerFor } from "./test.ts";

/** Seconds between looks of a new connection. */
const usually = 3;

/** For a new connection of this kind: null where its system does not tell of changes. */
export const usualFollowing = (kind: string, plain: PlainSettings) =>
  Effect.scoped(openWith(kind, plain)).pipe(
    Effect.map(({ source }) => (source?.changes === undefined ? null : usually)),
    Effect.catchTag("ConnectorFailure", () => Effect.succeed(null)),
  );

const mustTell = Effect.fnUntraced(function* (
  organization: Parameters<typeof openConnection>[0],
  id: Parameters<typeof openConnection>[1],
  slug: string,
) {
  const tells = yield* Effect.scoped(openConnection(organization, id)).pipe(
    Effect.map(({ source }) => source?.changes !== undefined),
    // It cannot be opened now: the follower will say so.
    Effect.catchTags({
      ConnectorFailure: () => Effect.succeed(true),
      SecretUnreadable: () => Effect.succeed(true),
    }),
  );
  if (tells) return;
  return yield* new NotSupported({
    detail: `The system of ${slug} does not say what changed: it can only be read as a whole.`,
  });
});

/** `every`: seconds, or null for not at all. Whoever follows it now ends, and another one begins. */
export const setFollowing = Effect.fn("setFollowing")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  every: number | null,
) {
  const organization = yield* organizationFor(caller, target, "connection:write");
  if (every !== null) yield* lookIntervalOf("every", every);
  const row = yield* inOrganization(caller, organization, "connection:write", (tx) =>
    namedConnection(tx, slug),
  );
  yield* readerFor(row);
  if (every !== null) yield* mustTell(organization.id, row.id, slug);
  return yield* inOrganization(
    caller,
    organization,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const before = yield* lockSyncState(tx, row.id);
      if (before?.followSeconds !== every) {
        yield* storeFollow(tx, row.id, every);
        yield* recordEvent(tx, happened("connection.following-changed", origin, row.id, { every }));
        if (every !== null) yield* enqueueFollow(tx, row.id);
      }
      return yield* viewConnection(tx, slug);
    }),
  );
});
