/** A test begins: the browser is sent to the provider as for a login, and the address it came by is used up. */
import { Effect } from "effect";
import { Store, useOnce } from "../../store/index.ts";
import { hashOf } from "../../tenancy/index.ts";
import { NoLogin, sendOff } from "../begin.ts";
import { connectionAt, organizationAt, type Place } from "../place.ts";
import { openTicket } from "./ticket.ts";

/** Whatever of the address is wrong: it is asked for by strangers. */
const notThis = new NoLogin({
  detail:
    "No test begins at this address: it is not one, is over, or was opened before. Ask for another one.",
});

export interface WantedTrial {
  readonly place: Place;
  readonly ticket: string;
  readonly cookies: string | undefined;
}

const found = Effect.fnUntraced(function* ({ place, ticket }: WantedTrial) {
  const store = yield* Store;
  const organization = yield* organizationAt(place);
  if (organization === undefined) return yield* notThis;
  const connection = yield* store.tenant(organization, (tx) => connectionAt(tx, place));
  if (connection === undefined) return yield* notThis;
  const opened = yield* openTicket(organization, connection.id, ticket);
  if (opened === undefined) return yield* notThis;
  return { organization, connection: connection.id, ticket: opened };
});

/** Where to send the browser, and the cookie that it comes back with. */
export const beginTrial = Effect.fn("beginTrial")(function* (wanted: WantedTrial) {
  const store = yield* Store;
  const { place, cookies } = wanted;
  const { organization, connection, ticket } = yield* found(wanted);
  const begun = yield* sendOff(
    organization,
    { place, cookies, hint: undefined },
    { connection, application: null, returnTo: "", applicationState: "", test: ticket.operator },
  );
  // Last, so that a provider that does not answer uses up nothing.
  const isFirst = yield* store.tenant(organization, (tx) =>
    useOnce(tx, connection, hashOf(`test|${ticket.id}`), ticket.until),
  );
  return isFirst ? begun : yield* notThis;
});
