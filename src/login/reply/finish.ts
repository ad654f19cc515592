/**
 * A reply comes: it is verified, the person is kept and their roles made right, and the application gets a code for them.
 * The login under way is used up first, whatever comes of it: that is the first row it writes.
 */
import { Effect } from "effect";
import type { ConnectionId, JsonObject, LoginId, OrganizationId, Throttled } from "../../domain/index.ts";
import { type FailureLimit, ServerAddress } from "../../http/index.ts";
import { Store, useOnce } from "../../store/index.ts";
import { openConnection } from "../../sync/index.ts";
import { hashOf, sameHash } from "../../tenancy/index.ts";
import { admit, type Outcome } from "../admit.ts";
import { NoLogin } from "../begin.ts";
import { type Flow, openFlow, sealedFlow } from "../flow/index.ts";
import { readHandle } from "../handle.ts";
import { callbackOf, connectionAt, organizationAt, type Place } from "../place.ts";
import { rehearse } from "../trial/index.ts";
import { goingBack } from "./code.ts";

export interface Returned {
  readonly place: Place;
  /** As a form, and not in the address. */
  readonly posted: boolean;
  /** The handle that went out with the request. */
  readonly state: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly cookies: string | undefined;
  readonly request: string;
  /** Anybody can begin a login and bring a reply of their own making. */
  readonly countRefusal: Effect.Effect<void, Throttled, FailureLimit>;
  /** Asked first: a reply costs a request to the provider. */
  readonly stopFlood: Effect.Effect<void, Throttled, FailureLimit>;
}

export const notBegun = new NoLogin({
  detail:
    "This login was not begun in this browser, took too long, or is over. Begin again at the application.",
});

interface Under {
  readonly organization: OrganizationId;
  readonly connection: ConnectionId;
  readonly flow: Flow;
  readonly state: string;
  /** The connection's, when the reply came. */
  readonly settings: JsonObject;
}

/** The login that the reply belongs to, used up by this: bound to this connection and this browser. */
const underWay = Effect.fnUntraced(function* ({ place, state, cookies, posted }: Returned) {
  const store = yield* Store;
  const { publicUrl } = yield* ServerAddress;
  const handle = readHandle(state);
  const organization = yield* organizationAt(place);
  if (handle === undefined || organization === undefined) return yield* notBegun;
  const sealed = sealedFlow(publicUrl, handle.id, cookies);
  // Another browser's reply uses up nothing: its own may still come.
  if (sealed === undefined) return yield* notBegun;
  const begun = yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const connection = yield* connectionAt(tx, place);
      if (connection === undefined) return undefined;
      const opened = yield* openFlow(organization, { id: handle.id, connection: connection.id }, sealed);
      if (opened === undefined || !sameHash(opened.flow.stateHash, handle.hash)) return undefined;
      // What comes another way is no reply, and uses up nothing: strangers could write a row with each.
      if (opened.flow.posted !== posted) return undefined;
      const isFirst = yield* useOnce(tx, connection.id, hashOf(`flow|${handle.id}`), opened.until);
      return isFirst ? { flow: opened.flow, settings: connection.settings } : undefined;
    }),
  );
  if (begun === undefined) return yield* notBegun;
  return { organization, connection: begun.flow.connection, state, ...begun } satisfies Under;
});

const verify = Effect.fnUntraced(function* ({ place, parameters }: Returned, under: Under) {
  const { publicUrl } = yield* ServerAddress;
  const { login } = yield* openConnection(under.organization, under.connection);
  if (login === undefined) return yield* notBegun;
  const callback = callbackOf(publicUrl, place);
  return yield* login.finish({ callback, state: under.state, parameters, kept: under.flow.kept });
}, Effect.scoped);

/** With the login under way that it used up; undefined where the provider began it. */
export type Finished = (Outcome<string> | { readonly _tag: "Tested"; readonly reference: LoginId }) & {
  readonly flow: string | undefined;
};

/** Gives where to send the browser. */
export const finishLogin = Effect.fn("finishLogin")(function* (returned: Returned) {
  yield* returned.stopFlood;
  const under = yield* underWay(returned);
  const { organization, connection, settings, flow } = under;
  const { request, countRefusal } = returned;
  const { application, returnTo } = flow;
  if (application === null) {
    const reference = yield* rehearse({ ...under, request }, flow.test ?? null, verify(returned, under));
    return { _tag: "Tested", reference, flow: flow.id } satisfies Finished as Finished;
  }
  const arriving = { organization, connection, settings, application, returnTo, request, countRefusal };
  const outcome = yield* admit(
    arriving,
    verify(returned, under),
    goingBack({ application, returnTo, state: flow.applicationState }),
  );
  return { ...outcome, flow: flow.id } satisfies Finished as Finished;
});
