import { Effect, Redacted } from "effect";
import { seal, unseal } from "./connection/envelope.ts";
import { first, run } from "./engine/run.ts";
import { Store } from "./store.ts";

const binding = "key-check";
const word = "rolebridge";

/** Was the database used with a master key before? */
export const hasMasterKey = Effect.fn("hasMasterKey")(function* () {
  const store = yield* Store;
  const kept = yield* store.system((tx) => first(tx.db.selectFrom("key_check").select("id")));
  return kept !== undefined;
});

/** Is this the master key that the database was first used with? The first use decides. */
export const isMasterKey = Effect.fn("isMasterKey")(function* (key: Redacted.Redacted<Uint8Array>) {
  const store = yield* Store;
  const sealed = seal(Redacted.value(key), Buffer.from(word), binding);
  const kept = yield* store.system(
    Effect.fnUntraced(function* (tx) {
      yield* run(
        tx.db
          .insertInto("key_check")
          .values({ id: 1, sealed })
          .onConflict((conflict) => conflict.doNothing()),
      );
      return yield* first(tx.db.selectFrom("key_check").select("sealed"));
    }),
  );
  return unseal(Redacted.value(key), kept?.sealed ?? "", binding)?.toString() === word;
});
