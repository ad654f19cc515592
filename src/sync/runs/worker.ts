/** Works the `sync` queue while the scope is open. A job only names a connection: what is to be done stands in rows. */
import { Effect, Layer, Schema } from "effect";
import { ConnectionId, OrganizationId } from "../../domain/index.ts";
import { workQueue } from "../queue-worker.ts";
import { claim } from "./claim.ts";
import { perform } from "./perform.ts";

/** Connections that one instance reads at the same time, of all organizations and of one. */
const atOnce = 8;
const ofOneOrganization = 2;

/** Does all there is to do for one connection. */
export const syncConnection = Effect.fn("syncConnection")(function* (
  organization: OrganizationId,
  connection: ConnectionId,
) {
  let claimed = yield* claim(organization, connection);
  while (claimed !== undefined) {
    yield* perform(claimed);
    claimed = yield* claim(organization, connection);
  }
});

export const syncWorker = Layer.effectDiscard(
  workQueue({
    queue: "sync",
    job: Schema.Struct({ organization: OrganizationId, connection: ConnectionId }),
    options: { localConcurrency: atOnce, localGroupConcurrency: ofOneOrganization },
    work: ({ organization, connection }) => syncConnection(organization, connection),
    // A run that is interrupted goes back to wait: another instance, or this one after its start, takes it up.
    isInterrupted: true,
  }),
);
