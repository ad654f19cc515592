/** Creating, changing and removing one person. */
import { Effect, Schema } from "effect";
import { type Change, ConnectorFailure, type Person } from "../../connector.ts";
import { naming, remedies } from "../lack.ts";
import { findUser } from "../users.ts";
import { Identified, Realm } from "../wire.ts";
import { holders } from "./find.ts";
import { created, differences, fold, unfit, type Written } from "./person.ts";
import { addressable, already, changed, type Place, send, unlessThere } from "./place.ts";

const fitting = Effect.fnUntraced(function* (written: Written) {
  const fields = unfit(written);
  if (fields !== "")
    return yield* new ConnectorFailure({
      reason: "refused",
      detail: `Keycloak cannot hold this: ${fields}.`,
    });
});

const taken = new ConnectorFailure({
  reason: "conflict",
  detail:
    "Another person in Keycloak has this user name or this email. Change one of the two, or link the accounts.",
});

const conflict = ({ reason }: ConnectorFailure) => reason === "conflict";

/** In a realm where the email is the user name, Keycloak takes no other. */
export const emailIsName = ({ ask, settings }: Pick<Place, "ask" | "settings">) =>
  Effect.map(
    ask("the realm", Realm, (client) => client.realms.findOne({ realm: settings.realm })),
    ({ registrationEmailAsUsername }) => registrationEmailAsUsername === true,
  );

/** Whoever is made there is in these at once. */
export const defaultGroups = ({ ask, settings }: Pick<Place, "ask" | "settings">) =>
  ask("the default groups", Schema.Array(Identified), (client) =>
    client.realms.getDefaultGroups({ realm: settings.realm }),
  ).pipe(
    Effect.map((groups): ReadonlySet<string> => new Set(groups.map(({ id }) => id))),
    Effect.mapError(naming(remedies.viewRealm)),
  );

/** 409, by somebody else or by our own request whose answer was lost: the name tells which person it is. */
const holder = Effect.fnUntraced(function* (place: Place, { userName, email }: Person) {
  const [byName] = yield* holders(place.ask, "username", userName);
  if (byName !== undefined) return already(byName.id);
  const [byEmail] = email ? yield* holders(place.ask, "email", email) : [];
  const named = byEmail !== undefined && fold(byEmail.username) === fold(email);
  return named && (yield* emailIsName(place)) ? already(byEmail.id) : yield* taken;
});

export const create = Effect.fn("keycloak.create")(function* (place: Place, person: Person) {
  const written = created(person);
  yield* fitting(written);
  return yield* place
    .ask("the creation of a user", Identified, (client) => client.users.create(written))
    .pipe(
      Effect.map(({ id }) => changed(id)),
      Effect.mapError(naming(remedies.manageUsers)),
      Effect.catchIf(conflict, () => holder(place, person)),
    );
});

/** Disabling goes first and alone: what is refused or taken of the rest keeps nobody signed in. */
const inTurn = ({ enabled, ...rest }: Written): ReadonlyArray<Written> => {
  if (enabled === undefined) return [rest];
  return enabled || Object.keys(rest).length === 0 ? [{ ...rest, enabled }] : [{ enabled }, rest];
};

export const update = (place: Place, { user: id, person }: Extract<Change, { _tag: "Update" }>) => {
  const { ask } = place;
  const act = Effect.gen(function* () {
    const user = yield* Effect.mapError(findUser(ask, id), naming(remedies.viewUsers));
    const differing = differences(user, person);
    if (Object.keys(differing).length === 0) return already(id);
    for (const written of inTurn(differing)) {
      yield* fitting(written);
      yield* send(ask, "the change of a user", (client) => client.users.update({ id }, written)).pipe(
        Effect.catchIf(conflict, () => Effect.fail(taken)),
      );
    }
    return changed(id);
  });
  return addressable([id], act);
};

/** Where the answer was lost, the second request finds nobody: nothing hangs on who removed them. */
export const remove = ({ ask, canaries }: Place, id: string) => {
  const act = Effect.as(
    send(ask, "the removal of a user", (client) => client.users.del({ id })),
    changed(id),
  );
  return unlessThere({ user: id, act }, [id], canaries.user);
};
