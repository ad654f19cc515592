/** The job of a connection: it only names it. What is to be done stands in rows. */
import type { ConnectionId } from "../../domain/index.ts";
import type { TenantTx } from "../../store/index.ts";

const jobOf = (tx: TenantTx, connection: ConnectionId) => ({ organization: tx.organization, connection });

/** Has a job look at the connection, now or in so many seconds. */
export const enqueueSync = (tx: TenantTx, connection: ConnectionId, afterSeconds = 0) =>
  tx.enqueue("sync", jobOf(tx, connection), { afterSeconds, group: tx.organization });

/** Has a job see to it that the connection's changes are followed. */
export const enqueueFollow = (tx: TenantTx, connection: ConnectionId) =>
  tx.enqueue("follow", jobOf(tx, connection), { afterSeconds: 0, group: tx.organization });

/** A living follower is never given up earlier than in so many seconds. */
const lively = 8;

/**
 * Has a job look again just after whoever follows it now would be given up, in `left` seconds. However many ask of a
 * living one, there is about one such job.
 */
export const followAfter = (tx: TenantTx, connection: ConnectionId, left: number) =>
  tx.enqueue("follow", jobOf(tx, connection), {
    afterSeconds: Math.max(1, left + 1),
    group: tx.organization,
    ...(left < lively ? {} : { onceAs: connection, onceSeconds: lively }),
  });

/** Seconds between looks at a run that another holder works: should it die, its lease ends within two of them. */
const lookAgainSeconds = 5;

/** Has a job look again soon, and only one however many ask. */
export const lookAgain = (tx: TenantTx, connection: ConnectionId) =>
  tx.enqueue("sync", jobOf(tx, connection), {
    afterSeconds: lookAgainSeconds,
    onceAs: connection,
    group: tx.organization,
  });
