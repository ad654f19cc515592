import { randomBytes } from "node:crypto";
import { Context, Data, Effect, Layer, Redacted } from "effect";
import { sql } from "kysely";
import { first, run } from "../engine/run.ts";
import type { TenantTx } from "../store.ts";
import { keyBytes, seal, unseal } from "./envelope.ts";

/** A secret or data key that this master key does not open: a wrong key, or a row that was moved or changed. */
export class SecretUnreadable extends Data.TaggedError("SecretUnreadable")<{ readonly what: string }> {}

/** The key that wraps every organization's data key. 32 bytes. */
export class MasterKey extends Context.Service<MasterKey, Redacted.Redacted<Uint8Array>>()(
  "rolebridge/store/MasterKey",
) {
  static readonly layer = (key: Redacted.Redacted<Uint8Array>) => Layer.succeed(MasterKey, key);
}

const currentVersion = 1;
const keyBinding = (tx: TenantTx, version: number) => `data-key|${tx.organization}|${version}`;
const secretBinding = (tx: TenantTx, owner: string, field: string, version: number) =>
  `secret|${tx.organization}|${owner}|${field}|${version}`;

const findDataKey = (tx: TenantTx, version: number) =>
  first(tx.db.selectFrom("data_key").select("wrapped").where("version", "=", version));

/** The organization's data key, made on first use. */
const dataKey = Effect.fn("dataKey")(function* (tx: TenantTx, version: number) {
  const master = Redacted.value(yield* MasterKey);
  const binding = keyBinding(tx, version);
  const fresh = seal(master, randomBytes(keyBytes), binding);
  yield* run(
    tx.db
      .insertInto("data_key")
      .values({ organization_id: tx.organization, version, wrapped: fresh })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const row = yield* findDataKey(tx, version);
  const key = unseal(master, row?.wrapped ?? "", binding);
  return key ?? (yield* new SecretUnreadable({ what: "the organization's data key" }));
});

/** Keeps `value` encrypted for `owner` (a connection, say) under the name `field`; replaces what was there. */
export const putSecret = Effect.fn("putSecret")(function* (
  tx: TenantTx,
  owner: string,
  field: string,
  value: Redacted.Redacted<string>,
) {
  const key = yield* dataKey(tx, currentVersion);
  const binding = secretBinding(tx, owner, field, currentVersion);
  const ciphertext = seal(key, Buffer.from(Redacted.value(value)), binding);
  yield* run(
    tx.db
      .insertInto("secret")
      .values({
        organization_id: tx.organization,
        owner_id: owner,
        field,
        key_version: currentVersion,
        ciphertext,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["organization_id", "owner_id", "field"])
          .doUpdateSet({ ciphertext, key_version: currentVersion, updated_at: sql`now()` }),
      ),
  );
});

/** The secret, or undefined where none was put. */
export const getSecret = Effect.fn("getSecret")(function* (tx: TenantTx, owner: string, field: string) {
  const row = yield* first(
    tx.db
      .selectFrom("secret")
      .select(["ciphertext", "key_version as version"])
      .where("owner_id", "=", owner)
      .where("field", "=", field),
  );
  if (row === undefined) return undefined;
  const key = yield* dataKey(tx, row.version);
  const plain = unseal(key, row.ciphertext, secretBinding(tx, owner, field, row.version));
  if (plain === undefined) return yield* new SecretUnreadable({ what: `the secret ${field} of ${owner}` });
  return Redacted.make(plain.toString("utf8"));
});
