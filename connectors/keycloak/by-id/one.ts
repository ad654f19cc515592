/** One person by id: found with everything they are in, or gone where the question can be trusted. */
import { Effect } from "effect";
import type { Found, Gone } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent } from "../failure.ts";
import { groupsOf } from "../groups.ts";
import { naming, remedies } from "../lack.ts";
import type { Settings } from "../settings.ts";
import { findUser, isPerson } from "../users.ts";
import { groupFact, userFact } from "../wire.ts";
import type { Canaries } from "./canary.ts";
import { rolesOf } from "./held.ts";
import { organizationFactsOf } from "./organization.ts";

const found = Effect.fn("keycloak.found")(function* (ask: Ask, settings: Settings, id: string) {
  const user = yield* findUser(ask, id);
  if (!(yield* isPerson(ask, user))) return undefined;
  const groups = yield* groupsOf(ask, id);
  const roles = yield* rolesOf(ask, settings, id);
  const organizations = yield* organizationFactsOf(ask, settings, id);
  return {
    _tag: "Found",
    user: userFact(user),
    groups: [...groups.map(groupFact), ...roles, ...organizations],
  } satisfies Found;
});

const gone: Gone = { _tag: "Gone" };

export const one = (ask: Ask, settings: Settings, canaries: Canaries) => (id: string) =>
  found(ask, settings, id).pipe(
    Effect.catchIf(absent, () => Effect.succeed(undefined)),
    // A service account is nobody whom `everyone` tells of.
    Effect.flatMap((answer) =>
      answer === undefined ? Effect.as(canaries.user, gone) : Effect.succeed<Found | Gone>(answer),
    ),
    Effect.mapError(naming(remedies.viewUsers)),
  );
