/** The job of a connection: it only names it. What is to be done stands in rows. */
import type { ConnectionId } from "../../domain/index.ts";
import type { TenantTx } from "../../store/index.ts";

const jobOf = (tx: TenantTx, connection: ConnectionId) => ({ organization: tx.organization, connection });

/** Has a job look at the connection, now or in so many seconds. */
export const enqueueSync = (tx: TenantTx, connection: ConnectionId, afterSeconds = 0) =>
  tx.enqueue("sync", jobOf(tx, connection), { afterSeconds, group: tx.organization });

/** Seconds between looks at a run that another holder works: should it die, its lease ends within two of them. */
const lookAgainSeconds = 5;

/** Has a job look again soon, and only one however many ask. */
export const lookAgain = (tx: TenantTx, connection: ConnectionId) =>
  tx.enqueue("sync", jobOf(tx, connection), {
    afterSeconds: lookAgainSeconds,
    onceAs: connection,
    group: tx.organization,
  });
