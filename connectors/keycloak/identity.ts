/** A realm's own id: it stays when the realm is renamed or moves, and another realm of the same name has another one. */
import { Effect } from "effect";
import type { Ask } from "./client.ts";
import { forbidden, naming, remedies } from "./lack.ts";
import { Realm } from "./wire.ts";

export const identity = (ask: Ask, realm: string) =>
  ask("the realm", Realm, (client) => client.realms.findOne({ realm })).pipe(
    Effect.mapError(naming(remedies.viewRealm)),
    // Without view-realm Keycloak answers 200 and leaves the id out.
    Effect.flatMap(({ id }) =>
      id === undefined
        ? Effect.fail(forbidden("Keycloak does not tell the realm's id.", remedies.viewRealm))
        : Effect.succeed(id),
    ),
  );
