/** A realm that records everything, and what its changes hint at. */
import type KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import type { Changes, Connection, ConnectorFailure, Hint } from "../../../../connectors/connector.ts";
import type { JsonObject } from "../../../../src/domain/index.ts";

export type Follow = (cursor: JsonObject | null) => Effect.Effect<Changes, ConnectorFailure>;

export const changesOf = ({ source }: Connection): Follow => {
  if (source?.changes === undefined) throw new Error("a source with changes");
  return source.changes;
};

/** Asks until there is no more. */
export const drained = Effect.fnUntraced(function* (follow: Follow, cursor: JsonObject) {
  const hints: Array<Hint> = [];
  let next = cursor;
  for (let more = true; more; ) {
    const answer = yield* follow(next);
    hints.push(...answer.hints);
    next = answer.cursor;
    more = answer.more;
  }
  return { hints, cursor: next };
});

export const brief = (hint: Hint): string =>
  hint._tag === "Everyone"
    ? "everyone"
    : hint._tag === "User"
      ? `user ${hint.id}`
      : `${hint.kind} ${hint.id}`;

export const record = (admin: KeycloakAdminClient, realm: string) =>
  admin.realms.update(
    { realm },
    { adminEventsEnabled: true, adminEventsDetailsEnabled: false, eventsEnabled: true },
  );
