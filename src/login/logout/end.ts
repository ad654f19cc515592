/** A provider says that somebody left: the logins that this ends. */
import { Effect } from "effect";
import { LoginRefused } from "../../../connectors/connector.ts";
import type { Origin } from "../../domain/index.ts";
import { endLogins, isEnabledStill, recordEvents, Store } from "../../store/index.ts";
import { openConnection } from "../../sync/index.ts";
import { isFirstUse } from "../once.ts";
import { connectionAt, organizationAt, type Place } from "../place.ts";

const refusedBy = (name: string, detail: string) =>
  new LoginRefused({ checks: [{ name, passed: false, detail }] });

const nowhere = refusedBy("connection", "There is no such login, or nobody is logged out through it.");

/** Fails with LoginRefused where the message is not the provider's, was used, or is for nobody here. */
export const endByProvider = Effect.fn("endByProvider")(function* (
  place: Place,
  message: string,
  request: string,
) {
  const store = yield* Store;
  const organization = yield* organizationAt(place);
  if (organization === undefined) return yield* nowhere;
  const connection = yield* store.tenant(organization, (tx) => connectionAt(tx, place));
  if (connection === undefined) return yield* nowhere;
  const { login } = yield* openConnection(organization, connection.id);
  if (login?.loggedOut === undefined) return yield* nowhere;
  const { once, ...ended } = yield* login.loggedOut(message);
  const origin: Origin = { actor: { kind: "system", id: null }, connection: connection.id, request };
  return yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      if (!(yield* isEnabledStill(tx, connection.id))) return yield* nowhere;
      if (!(yield* isFirstUse(tx, connection.id, once))) {
        return yield* refusedBy("once", "The logout token was used before.");
      }
      const logins = yield* endLogins(tx, connection.id, ended);
      yield* recordEvents(
        tx,
        logins.map(({ id, account }) => ({
          type: "login.ended",
          origin,
          subject: { kind: "account", id: account },
          data: { login: id },
        })),
      );
      return logins.length;
    }),
  );
}, Effect.scoped);
