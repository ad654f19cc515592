/** A store with organizations to work in, for suites below HTTP. */
import { Effect, Layer, ManagedRuntime, Redacted } from "effect";
import { type Connector, Outbound } from "../../connectors/connector.ts";
import { type OrganizationId, type RoleKey, systemOrigin } from "../../src/domain/index.ts";
import {
  addConnection,
  addRole,
  createOrganization,
  type Location,
  MasterKey,
  newId,
  Store,
  type TenantTx,
} from "../../src/store/index.ts";
import {
  Connectors,
  draftMapping,
  MappingCache,
  type OutboundFor,
  publishMapping,
} from "../../src/sync/index.ts";

export const masterKey = Redacted.make<Uint8Array>(new Uint8Array(32).fill(7));

/** The layers below HTTP over one database; `run` runs an effect in them. */
export const openWorld = async (
  location: Location,
  list: ReadonlyArray<Connector> = [],
  outbound: OutboundFor = () => Outbound,
) => {
  const layer = Layer.mergeAll(
    Store.layer(location),
    MappingCache.layer,
    MasterKey.layer(masterKey),
    Connectors.layer(list, outbound),
  );
  const runtime = ManagedRuntime.make(layer);
  await runtime.context();
  return runtime;
};

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A new organization with the connections named. */
export const newOrganization = (...connections: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const store = yield* Store;
    const slug = `o-${newId().slice(-12)}`;
    const id = yield* createOrganization({ slug, name: slug, project: "test", environment: "test" });
    const made = yield* store.tenant(id, (tx) =>
      Effect.forEach(connections, (name) => addConnection(tx, { kind: "scim", slug: name, name })),
    );
    return { id, slug, connections: made };
  });

/** Makes the roles and puts the rules in force, without applying them. */
export const publishRules = (
  organization: OrganizationId,
  roles: ReadonlyArray<string>,
  rules: ReadonlyArray<object>,
) =>
  Effect.gen(function* () {
    const store = yield* Store;
    yield* store.tenant(
      organization,
      Effect.fnUntraced(function* (tx: TenantTx) {
        for (const key of roles) yield* addRole(tx, { key: key as RoleKey, name: key, description: "" });
        yield* draftMapping(tx, { rules }, systemOrigin);
        yield* publishMapping(tx, systemOrigin, false);
      }),
    );
  });
