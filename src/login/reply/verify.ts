/**
 * A product that signs people in by itself brings the provider's reply: it is verified here, the person kept and their
 * roles made right, as for a login in the browser. The answer is the one that a code is exchanged for.
 */
import { Effect } from "effect";
import type { Brought as Reply } from "../../../connectors/connector.ts";
import { type ApplicationId, NotFound, type OrganizationId, type Throttled } from "../../domain/index.ts";
import { type FailureLimit, ServerAddress } from "../../http/index.ts";
import { Store, type TenantTx } from "../../store/index.ts";
import { NotWelcome, openConnection } from "../../sync/index.ts";
import { type Admitted, type Arriving, admit } from "../admit.ts";
import { fetchedBy, organizationOf } from "../answer.ts";
import { NoLogin } from "../begin.ts";
import { callbackOf, connectionAt } from "../place.ts";

export interface Brought {
  readonly organization: OrganizationId;
  readonly application: ApplicationId;
  /** The connection's slug. */
  readonly connection: string;
  readonly reply: Reply;
  /** The id of the request. */
  readonly request: string;
  readonly countRefusal: Effect.Effect<void, Throttled, FailureLimit>;
}

const over = new NotWelcome({ check: "active", detail: "The session at the provider is over already." });

/** A connection there that is enabled and signs people in. */
const found = Effect.fnUntraced(function* ({ organization: id, connection: slug }: Brought) {
  const store = yield* Store;
  const organization = yield* organizationOf(id);
  const place = { organization: organization.slug, connection: slug };
  const connection = yield* store.tenant(id, (tx) => connectionAt(tx, place));
  if (connection === undefined) return yield* new NotFound({ kind: "login connection", id: slug });
  return { connection, place, organization };
});

const takesNone = new NoLogin({ detail: "Products bring no replies of this kind of connection." });

/** Verified through the connection as it is now. */
const verified = Effect.fnUntraced(function* (
  { organization, connection }: Arriving,
  callback: string,
  reply: Reply,
) {
  const { login } = yield* openConnection(organization, connection);
  if (login?.verify === undefined) return yield* takesNone;
  return yield* login.verify(reply, callback);
}, Effect.scoped);

/** Where refused, the reference leads to the trace. */
export const verifyReply = Effect.fn("verifyReply")(function* (brought: Brought) {
  const { publicUrl } = yield* ServerAddress;
  const { connection, place, organization } = yield* found(brought);
  const { application, request, countRefusal } = brought;
  const arriving: Arriving = {
    organization: organization.id,
    connection: connection.id,
    settings: connection.settings,
    application,
    returnTo: undefined,
    request,
    countRefusal,
  };
  const begin = Effect.fnUntraced(function* (tx: TenantTx, admitted: Admitted) {
    const person = yield* fetchedBy(tx, application, admitted);
    return person === undefined ? yield* over : { ...person, organization };
  });
  return yield* admit(arriving, verified(arriving, callbackOf(publicUrl, place), brought.reply), begin);
});
