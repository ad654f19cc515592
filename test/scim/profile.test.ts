/** Resource types are kept by version: every instance goes by a new one with the next request. */
import { Effect } from "effect";
import { afterAll, describe, expect, it } from "vitest";
import type { Extension, OrganizationId } from "../../src/domain/index.ts";
import { profileOf, TypesCache } from "../../src/scim/profile.ts";
import { coreTypes } from "../../src/scim/schema/index.ts";
import { findScimSettings, lockScimSettings, Store, saveSchemas } from "../../src/store/index.ts";
import { watchSql } from "../support/sql.ts";
import { newOrganization, openWorld } from "../support/world.ts";

const sql = watchSql();
const world = await openWorld({ _tag: "Memory" });
afterAll(() => world.dispose());

const schema = (name: string): Extension => ({
  resourceType: "User",
  id: `urn:acme:${name}:User`,
  name,
  description: "",
  attributes: [],
});

/** A server beside others: its memory is its own. */
const instance = () => {
  const cache: TypesCache["Service"] = new Map();
  return (organization: OrganizationId, scimVersion: number) =>
    Effect.flatMap(Store, (store) =>
      store.tenant(organization, (tx) =>
        profileOf(tx, { strict: false, domainsOnly: false, roles: false, scimVersion, recording: null }),
      ),
    ).pipe(
      Effect.provideService(TypesCache, cache),
      Effect.map(({ types }) => types.User.extensions.slice(1).map(({ name }) => name)),
      world.runPromise,
    );
};

const save = (organization: OrganizationId, ...names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const store = yield* Store;
    return yield* store.tenant(
      organization,
      Effect.fnUntraced(function* (tx) {
        yield* lockScimSettings(tx);
        yield* saveSchemas(tx, names.map(schema));
        return (yield* findScimSettings(tx))?.version ?? 0;
      }),
    );
  }).pipe(world.runPromise);

const made = () => world.runPromise(newOrganization()).then(({ id }) => id);

describe("the resource types of an organization", () => {
  it("are the core's where nothing was ever set, and that costs no statement", async () => {
    const profile = await world.runPromise(
      Effect.flatMap(Store, (store) =>
        store.tenant("00000000-0000-7000-8000-000000000000" as OrganizationId, (tx) =>
          Effect.provideService(
            profileOf(tx, {
              strict: false,
              domainsOnly: false,
              roles: false,
              scimVersion: 0,
              recording: null,
            }),
            TypesCache,
            new Map(),
          ),
        ),
      ),
    );
    expect(profile.types.User).toBe(coreTypes.User);
  });

  it("are new on every instance with the next version, and read once for each", async () => {
    const organization = await made();
    const [one, two] = [instance(), instance()];
    const first = await save(organization, "a");
    for (const ask of [one, two]) expect(await ask(organization, first)).toEqual(["a"]);
    const again = await sql.count(() => one(organization, first));
    const second = await save(organization, "a", "b");
    expect(second).toBe(first + 1);
    for (const ask of [one, two]) expect(await ask(organization, second)).toEqual(["a", "b"]);
    expect(await sql.count(() => one(organization, second))).toBe(again);
    const third = await save(organization, "c");
    expect(await sql.count(() => one(organization, third))).toBe(again + 1);
  });

  it("are its own", async () => {
    const [mine, theirs] = [await made(), await made()];
    const ask = instance();
    const [a, b] = [await save(mine, "mine"), await save(theirs, "theirs")];
    expect([await ask(mine, a), await ask(theirs, b)]).toEqual([["mine"], ["theirs"]]);
    expect([await ask(mine, a), await ask(theirs, b)]).toEqual([["mine"], ["theirs"]]);
  });
});
