import { Effect } from "effect";
import type { ConstructorOptions } from "pg-boss";
import type { Engine } from "./open.ts";
import { attempt } from "./run.ts";

/** The queues. A job carries names ("look at this organization"), never news. */
export const queueNames = ["reconcile", "sync", "follow", "push", "plan"] as const;
export type QueueName = (typeof queueNames)[number];

const options: ConstructorOptions = {
  schema: "pgboss",
  migrate: false,
  createSchema: false,
  schedule: false,
  reindex: false,
  superviseIntervalSeconds: 10,
  monitorIntervalSeconds: 10,
};

/** A worker says every few seconds that it lives: the job of a killed one is another's within half a minute. */
const lasting = { retryLimit: 20, retryBackoff: true, heartbeatSeconds: 10 };

/** A first sync of a large directory may take hours: a living worker is not given up before a day has passed. */
const queueOptions = {
  reconcile: lasting,
  sync: { ...lasting, expireInSeconds: 86_000 },
  follow: { ...lasting, expireInSeconds: 86_000 },
  push: { ...lasting, expireInSeconds: 86_000 },
  plan: { ...lasting, expireInSeconds: 86_000 },
};

/** pg-boss makes and upgrades its own tables; queues are declared here so that sending never has to. */
export const migrateQueue = (owner: Engine) =>
  attempt(async () => {
    const boss = owner.boss({ ...options, migrate: true, createSchema: true, supervise: false });
    await boss.start();
    for (const name of queueNames) {
      await boss.createQueue(name, queueOptions[name]);
      await boss.updateQueue(name, queueOptions[name]);
    }
    await boss.stop({ graceful: false });
  });

/** The started queue. On close, jobs at work get 20 s to finish; what does not is worked again later. */
export const openQueue = (engine: Engine) =>
  Effect.acquireRelease(
    attempt(async () => {
      const boss = engine.boss(options);
      boss.on("error", () => {});
      return await boss.start();
    }),
    (boss) => Effect.promise(() => boss.stop({ graceful: true, timeout: 20_000 })),
  );
