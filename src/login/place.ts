/** Where logins happen: `/login/{organization}/{connection}`, and below it `/callback`. */
import { Effect } from "effect";
import type { OrganizationId, Unavailable } from "../domain/index.ts";
import { findConnection, findOrganization, type Store, type TenantTx } from "../store/index.ts";
import { signInKinds } from "../sync/index.ts";

export const prefix = "/login";

export interface Place {
  readonly organization: string;
  readonly connection: string;
}

/** One for each connection: what comes there came from its own provider (RFC 9700 §4.4.2). */
export const callbackOf = (publicUrl: string, { organization, connection }: Place) =>
  `${publicUrl}${prefix}/${organization}/${connection}/callback`;

/** Where a test begins. */
export const testOf = (publicUrl: string, { organization, connection }: Place, ticket: string) =>
  `${publicUrl}${prefix}/${organization}/${connection}/test?${new URLSearchParams({ ticket })}`;

export const organizationAt = (place: Place): Effect.Effect<OrganizationId | undefined, Unavailable, Store> =>
  Effect.map(findOrganization(place.organization), (found) => found?.id);

/** The enabled connection there that people may sign in through. */
export const connectionAt = Effect.fnUntraced(function* (tx: TenantTx, place: Place) {
  const found = yield* findConnection(tx, place.connection);
  return found?.enabled === true && (yield* signInKinds).has(found.kind) ? found : undefined;
});
