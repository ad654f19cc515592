/** What the service account may not write, as Keycloak says beside its own account: nothing is tried. */
import { Effect } from "effect";
import type { Lack } from "../../connector.ts";
import { ownId } from "../by-id/index.ts";
import type { Ask } from "../client.ts";
import { naming, remedies } from "../lack.ts";
import { Accessible } from "../wire.ts";

const rights = [
  ["manage", "writing people"],
  ["manageGroupMembership", "writing who is in groups"],
  ["mapRoles", "writing who holds roles"],
] as const;

export const lacks = (ask: Ask) =>
  Effect.gen(function* () {
    const id = yield* ownId(ask);
    const { access = {} } = yield* ask("its own account", Accessible, (client) =>
      client.users.findOne({ id }),
    );
    return rights
      .filter(([right]) => access[right] !== true)
      .map(([, what]): Lack => ({ what, remedy: remedies.manageUsers }));
  }).pipe(Effect.mapError(naming(remedies.viewUsers)));
