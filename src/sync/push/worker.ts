/** Works the `push` queue while the scope is open. A job only names a connection: who is to be looked at stands in rows. */
import { Layer, Schema } from "effect";
import { ConnectionId, OrganizationId } from "../../domain/index.ts";
import { workQueue } from "../queue-worker.ts";
import { performPush } from "./perform.ts";

export const pushWorker = Layer.effectDiscard(
  workQueue({
    queue: "push",
    job: Schema.Struct({ organization: OrganizationId, connection: ConnectionId }),
    // Connections that one instance writes at the same time, of all organizations and of one.
    options: { localConcurrency: 8, localGroupConcurrency: 2 },
    work: ({ organization, connection }) => performPush(organization, connection),
    // Whoever is interrupted leaves marks by which the next one finds what was begun.
    isInterrupted: true,
  }),
);
