/**
 * A login begins: the browser is sent to the provider with what the reply will be held against, sealed in a cookie.
 * Strangers ask for this, so nothing is written.
 */
import { Data, Effect } from "effect";
import type { OrganizationId } from "../domain/index.ts";
import { ServerAddress } from "../http/index.ts";
import { findApplication, Store } from "../store/index.ts";
import { openConnection } from "../sync/index.ts";
import { crowdedOut, type Flow, flowCookie, isShortEnough, sealFlow } from "./flow/index.ts";
import { newHandle } from "./handle.ts";
import { callbackOf, connectionAt, organizationAt, type Place } from "./place.ts";

/** The address is not one to sign in at. One answer for whatever of it is wrong: it is asked for by strangers. */
export class NoLogin extends Data.TaggedError("NoLogin")<{ readonly detail: string }> {}

export const unknown = new NoLogin({
  detail:
    "There is no such login, or the application, its return address or the connection is not set up for it.",
});

export interface Wanted {
  readonly place: Place;
  readonly application: string;
  readonly returnTo: string;
  /** The application's own: given back as it came, so that it knows the login as begun by itself. */
  readonly state: string;
  readonly cookies: string | undefined;
  /** What they say their address is. */
  readonly hint: string | undefined;
}

const found = Effect.fnUntraced(function* ({ place, application, returnTo, state }: Wanted) {
  const store = yield* Store;
  const organization = yield* organizationAt(place);
  // Without a state of its own, an application takes whoever's login somebody else ends in this browser.
  if (organization === undefined || state.length < 8) return yield* unknown;
  if (!isShortEnough(state) || !isShortEnough(returnTo)) return yield* unknown;
  return yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const connection = yield* connectionAt(tx, place);
      const of = yield* findApplication(tx, application);
      if (connection === undefined || of?.returnAddresses.includes(returnTo) !== true) return yield* unknown;
      return { organization, connection, application: of };
    }),
  );
});

/** What is kept of a login under way besides what binds it to its reply. */
type Begun = Omit<Flow, "id" | "stateHash" | "posted" | "kept">;

/** Where to send the browser, and the cookie that it comes back with. */
export const sendOff = Effect.fnUntraced(function* (
  organization: OrganizationId,
  { place, cookies, hint }: Pick<Wanted, "place" | "cookies" | "hint">,
  begun: Begun,
) {
  const { publicUrl } = yield* ServerAddress;
  const { login } = yield* openConnection(organization, begun.connection);
  if (login === undefined) return yield* unknown;
  const handle = newHandle();
  const { challenge, kept } = yield* login.begin({
    callback: callbackOf(publicUrl, place),
    state: handle.text,
    ...(hint === undefined ? {} : { hint }),
  });
  const posted = login.posts === true;
  const sealed = yield* sealFlow(organization, {
    ...begun,
    id: handle.id,
    stateHash: handle.hash,
    posted,
    kept,
  });
  return {
    challenge,
    cookie: flowCookie(publicUrl, handle.id, sealed, posted),
    ended: crowdedOut(publicUrl, cookies, posted),
  };
}, Effect.scoped);

export const beginLogin = Effect.fn("beginLogin")(function* (wanted: Wanted) {
  const { organization, connection, application } = yield* found(wanted);
  return yield* sendOff(organization, wanted, {
    connection: connection.id,
    application: application.id,
    returnTo: wanted.returnTo,
    applicationState: wanted.state,
  });
});
