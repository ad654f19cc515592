/** What a provider reads about a connection of ours. Nothing in it is secret: it is asked for by strangers. */
import { Effect } from "effect";
import { ServerAddress } from "../http/index.ts";
import { Store } from "../store/index.ts";
import { openConnection } from "../sync/index.ts";
import { unknown } from "./begin.ts";
import { callbackOf, connectionAt, organizationAt, type Place } from "./place.ts";

/** Fails with NoLogin where the connection is not there, is not enabled, or its protocol has no such document. */
export const metadataAt = Effect.fn("metadataAt")(function* (place: Place) {
  const store = yield* Store;
  const { publicUrl } = yield* ServerAddress;
  const organization = yield* organizationAt(place);
  if (organization === undefined) return yield* unknown;
  const connection = yield* store.tenant(organization, (tx) => connectionAt(tx, place));
  if (connection === undefined) return yield* unknown;
  const { login } = yield* openConnection(organization, connection.id);
  if (login?.metadata === undefined) return yield* unknown;
  return login.metadata(callbackOf(publicUrl, place));
}, Effect.scoped);
