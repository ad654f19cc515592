import { Effect, Exit, Redacted } from "effect";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seal, unseal } from "../../src/store/connection/envelope.ts";
import { getSecret, MasterKey, newId, putSecret, Store } from "../../src/store/index.ts";
import { engines } from "../support/engines.ts";
import { newOrganization, openWorld, type World } from "../support/world.ts";

describe("the envelope", () => {
  const key = Buffer.alloc(32, 1);

  it("opens with the same key and binding", () => {
    expect(unseal(key, seal(key, Buffer.from("hello"), "row 1"), "row 1")?.toString()).toBe("hello");
  });

  it("never makes the same text twice", () => {
    expect(seal(key, Buffer.from("x"), "row")).not.toBe(seal(key, Buffer.from("x"), "row"));
  });

  it("stays closed for another key, another binding, a changed bit, a cut text", () => {
    const sealed = seal(key, Buffer.from("hello"), "row 1");
    const bytes = Buffer.from(sealed, "base64");
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    expect(unseal(Buffer.alloc(32, 2), sealed, "row 1")).toBeUndefined();
    expect(unseal(key, sealed, "row 2")).toBeUndefined();
    expect(unseal(key, bytes.toString("base64"), "row 1")).toBeUndefined();
    expect(unseal(key, sealed.slice(0, 12), "row 1")).toBeUndefined();
  });
});

describe.each(engines)("secrets on the $name engine", ({ location, skip }) => {
  let world: World;
  beforeAll(async () => {
    if (!skip) world = await openWorld(await location());
  });
  afterAll(() => world?.dispose());
  const run = <A, E>(effect: Effect.Effect<A, E, Store | MasterKey>) => world.runPromise(effect);

  it.skipIf(skip)("a secret is read back, replaced, and absent where none was put", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization();
        const owner = newId();
        const put = (value: string) =>
          store.tenant(id, (tx) => putSecret(tx, owner, "clientSecret", Redacted.make(value)));
        const get = (field: string) => store.tenant(id, (tx) => getSecret(tx, owner, field));
        yield* put("first");
        yield* put("second");
        expect(Redacted.value((yield* get("clientSecret")) ?? Redacted.make(""))).toBe("second");
        expect(yield* get("other")).toBeUndefined();
      }),
    );
  });

  it.skipIf(skip)("the database holds no clear text", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization();
        const found = yield* store.tenant(
          id,
          Effect.fnUntraced(function* (tx) {
            yield* putSecret(tx, newId(), "password", Redacted.make("very-secret-value"));
            const secrets = yield* Effect.promise(() => tx.db.selectFrom("secret").selectAll().execute());
            const keys = yield* Effect.promise(() => tx.db.selectFrom("data_key").selectAll().execute());
            return JSON.stringify([secrets, keys]);
          }),
        );
        expect(found).not.toContain("very-secret-value");
        expect(found).not.toContain(Buffer.from("very-secret-value").toString("base64"));
      }),
    );
  });

  it.skipIf(skip)(
    "ciphertext moved to another organization's row does not decrypt, nor to another owner or field",
    async () => {
      await run(
        Effect.gen(function* () {
          const store = yield* Store;
          const [a, b] = [yield* newOrganization(), yield* newOrganization()];
          const owner = newId();
          const put = (organization: typeof a.id, value: string) =>
            store.tenant(organization, (tx) => putSecret(tx, owner, "clientSecret", Redacted.make(value)));
          const get = (organization: typeof a.id) =>
            Effect.exit(store.tenant(organization, (tx) => getSecret(tx, owner, "clientSecret")));
          yield* put(a.id, "a's");
          yield* put(b.id, "b's");
          const stolen = yield* store.tenant(a.id, (tx) =>
            Effect.promise(() => tx.db.selectFrom("secret").select("ciphertext").executeTakeFirstOrThrow()),
          );
          const moveTo = (set: ReturnType<typeof sql>) =>
            store.tenant(b.id, (tx) => Effect.promise(() => sql`update secret set ${set}`.execute(tx.db)));
          yield* moveTo(sql`ciphertext = ${stolen.ciphertext}`);
          expect(Exit.isFailure(yield* get(b.id))).toBe(true);
          expect(Exit.isSuccess(yield* get(a.id))).toBe(true);
          yield* put(b.id, "b's");
          const other = newId();
          yield* moveTo(sql`owner_id = ${other}`);
          const moved = store.tenant(b.id, (tx) => getSecret(tx, other, "clientSecret"));
          expect(Exit.isFailure(yield* Effect.exit(moved))).toBe(true);
        }),
      );
    },
  );

  it.skipIf(skip)("another master key opens nothing", async () => {
    await run(
      Effect.gen(function* () {
        const store = yield* Store;
        const { id } = yield* newOrganization();
        const owner = newId();
        yield* store.tenant(id, (tx) => putSecret(tx, owner, "x", Redacted.make("v")));
        const wrong = store
          .tenant(id, (tx) => getSecret(tx, owner, "x"))
          .pipe(Effect.provideService(MasterKey, Redacted.make<Uint8Array>(new Uint8Array(32).fill(8))));
        expect((yield* Effect.flip(wrong))._tag).toBe("SecretUnreadable");
      }),
    );
  });
});
