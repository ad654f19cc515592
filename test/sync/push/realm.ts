/** A real realm that is written, as a connection of an organization. */
import { Effect, Redacted } from "effect";
import type { JsonObject, OrganizationId } from "../../../src/domain/index.ts";
import { addConnection, addSyncState, putSecret } from "../../../src/store/index.ts";
import type { onRealm } from "../../connectors/keycloak/support.ts";
import { inTenant } from "./support.ts";

/** Its service account may write; nothing of it was read yet. */
export const connectWriter = Effect.fnUntraced(function* (
  { realm, proxy }: ReturnType<ReturnType<typeof onRealm>["ready"]>,
  organization: OrganizationId,
) {
  const { clientSecret, ...settings } = realm.settings("writer", proxy.url);
  return yield* inTenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const id = yield* addConnection(tx, {
        ...{ kind: "keycloak", slug: "kc", name: "kc", settings: settings as JsonObject },
      });
      yield* addSyncState(tx, id, null);
      yield* putSecret(tx, id, "clientSecret", Redacted.make(String(clientSecret)));
      return id;
    }),
  );
});
