/**
 * A reply that answers nothing: the provider began the login. It is taken only where the connection's settings name an
 * application for such ones, because any provider's page can bring a browser somebody else's (login CSRF).
 */
import { Effect } from "effect";
import { LoginRefused } from "../../../connectors/connector.ts";
import { ServerAddress } from "../../http/index.ts";
import { findApplication, Store } from "../../store/index.ts";
import { openConnection } from "../../sync/index.ts";
import { admit } from "../admit.ts";
import { readHandle } from "../handle.ts";
import { callbackOf, connectionAt, organizationAt } from "../place.ts";
import { goingBack } from "./code.ts";
import { type Finished, finishLogin, notBegun, type Returned } from "./finish.ts";

const found = Effect.fnUntraced(function* ({ place }: Returned) {
  const store = yield* Store;
  const organization = yield* organizationAt(place);
  if (organization === undefined) return yield* notBegun;
  const connection = yield* store.tenant(organization, (tx) => connectionAt(tx, place));
  if (connection === undefined) return yield* notBegun;
  const { login } = yield* openConnection(organization, connection.id);
  if (login?.unsolicited === undefined) return yield* notBegun;
  const { application: slug, finish } = login.unsolicited;
  const application =
    slug === undefined ? undefined : yield* store.tenant(organization, (tx) => findApplication(tx, slug));
  const { id, settings } = connection;
  return { organization, connection: id, settings, slug, application, finish };
});

const refused = (detail: string) =>
  Effect.fail(new LoginRefused({ checks: [{ name: "unsolicited", passed: false, detail }] }));

const none = refused(
  "It came without the RelayState of a login that was begun here: the provider began it itself, and idpInitiatedApplication names no application for those.",
);
const gone = refused("There is no application as idpInitiatedApplication names it.");

const finishUnsolicited = Effect.fnUntraced(function* (returned: Returned) {
  yield* returned.stopFlood;
  const { publicUrl } = yield* ServerAddress;
  const { slug, application, finish, ...at } = yield* found(returned);
  const { request, countRefusal, parameters } = returned;
  const arriving = { ...at, request, countRefusal };
  const returnTo = application?.returnAddresses[0];
  if (application === undefined || returnTo === undefined) {
    const why = slug === undefined ? none : gone;
    const nowhere = { ...arriving, application: null, returnTo: undefined };
    return yield* admit(nowhere, why, () => Effect.die("Somebody was let in for no application."));
  }
  return yield* admit(
    { ...arriving, application: application.id, returnTo },
    finish({ callback: callbackOf(publicUrl, returned.place), parameters }),
    goingBack({ application: application.id, returnTo, state: undefined }),
  );
}, Effect.scoped);

/** Whatever else than a handle of ours comes as RelayState is the provider's own, and is not looked at. */
const answersNothing = ({ posted, state }: Returned): boolean => posted && readHandle(state) === undefined;

/** Gives where to send the browser, of a login that was begun here or there. */
export const finishReply = Effect.fn("finishReply")(function* (returned: Returned) {
  if (!answersNothing(returned)) return yield* finishLogin(returned);
  return { ...(yield* finishUnsolicited(returned)), flow: undefined } satisfies Finished;
});
