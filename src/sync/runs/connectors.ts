/** From a stored connection to an open one: its settings, its secrets, and the rules for what leaves this machine. */
import { createHash } from "node:crypto";
import { Context, Effect, Layer, Redacted, type Scope } from "effect";
import {
  type Connector,
  ConnectorFailure,
  Lasting,
  Outbound,
  type OutboundRules,
} from "../../../connectors/connector.ts";
import type { ConnectionId, JsonObject, OrganizationId } from "../../domain/index.ts";
import { findConnectionById, getSecret, Store } from "../../store/index.ts";

/** The rules for one connection's requests. `certificateAuthority`: PEM, trusted for this connection besides the usual ones. */
export type OutboundFor = (options: {
  readonly certificateAuthority?: string;
}) => Effect.Effect<OutboundRules, ConnectorFailure, Scope.Scope>;

export type AddressCheck = (address: string) => Effect.Effect<void, ConnectorFailure>;

/** For each of the connections opened last. */
const mostLasting = 10_000;

const lastingObjects = () => {
  const known = new Map<ConnectionId, { readonly settings: string; readonly same: object }>();
  return (connection: ConnectionId, settings: string): object => {
    const before = known.get(connection);
    const now = before?.settings === settings ? before : { settings, same: {} };
    // Deleted first: the map's order is the order of use, so the first was not used for longest.
    known.delete(connection);
    known.set(connection, now);
    const [oldest] = known.size > mostLasting ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    return now.same;
  };
};

/** The connectors there are. Handed in from outside: nothing here knows a vendor. */
export class Connectors extends Context.Service<
  Connectors,
  {
    readonly list: ReadonlyArray<Connector>;
    readonly outbound: OutboundFor;
    /** Says early what a request to this address would say. */
    readonly check: AddressCheck;
    /** What stays the same from one opening of a connection to the next, until `settings` are others. */
    readonly lasting: (connection: ConnectionId, settings: string) => object;
  }
>()("rolebridge/sync/Connectors") {
  static readonly layer = (
    list: ReadonlyArray<Connector>,
    outbound: OutboundFor,
    check: AddressCheck = () => Effect.void,
  ) => Layer.sync(Connectors, () => ({ list, outbound, check, lasting: lastingObjects() }));
}

const refused = (detail: string) => new ConnectorFailure({ reason: "refused", detail });

/** The connector of this kind, or undefined where people and groups of that kind arrive by themselves. */
export const findConnector = Effect.fn("findConnector")(function* (kind: string) {
  const { list } = yield* Connectors;
  return list.find((connector) => connector.kind === kind);
});

/** The kinds of connection that people sign in through. */
export const signInKinds = Effect.map(
  Connectors,
  ({ list }): ReadonlySet<string> =>
    new Set(list.filter(({ signsIn }) => signsIn === true).map(({ kind }) => kind)),
);

/** Settings in plain JSON, their secrets as given. */
export interface PlainSettings {
  readonly settings: JsonObject;
  readonly secrets: Readonly<Record<string, Redacted.Redacted<string>>>;
}

/** Tells these settings and secrets from all others, and nothing of what they are. */
const fingerprint = (kind: string, { settings, secrets }: PlainSettings): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        kind,
        settings,
        Object.entries(secrets).map(([name, one]) => [name, Redacted.value(one)]),
      ]),
    )
    .digest("base64");

/** What is kept sealed of a connection: the secrets people gave, and keys of our own. */
export const secretsOf = ({ fields, ownKeys }: Connector): ReadonlyArray<string> => [
  ...fields.filter(({ secret }) => secret).map(({ name }) => name),
  ...(ownKeys === undefined ? [] : [ownKeys.secret]),
];

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Opens a connection of `kind` for as long as the scope is open. Asks nothing yet. */
export const openWith = Effect.fn("openWith")(function* (kind: string, { settings, secrets }: PlainSettings) {
  const { outbound } = yield* Connectors;
  const connector = yield* findConnector(kind);
  if (connector === undefined) return yield* refused(`Nothing is read from connections of the kind ${kind}.`);
  const { certificateAuthority, ...own } = settings;
  const rules = yield* outbound(isText(certificateAuthority) ? { certificateAuthority } : {});
  const plain = Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [name, Redacted.value(secret)]),
  );
  return yield* connector.open({ ...own, ...plain }).pipe(Effect.provideService(Outbound, rules));
});

/** Reads a connection's settings and secrets in one transaction, and opens it. */
export const openConnection = Effect.fn("openConnection")(function* (
  organization: OrganizationId,
  id: ConnectionId,
) {
  const store = yield* Store;
  const stored = yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      const row = yield* findConnectionById(tx, id);
      if (row === undefined) return yield* refused("The connection does not exist any more.");
      const connector = yield* findConnector(row.kind);
      const names = connector === undefined ? [] : secretsOf(connector);
      const secrets: Record<string, Redacted.Redacted<string>> = {};
      for (const name of names) {
        const secret = yield* getSecret(tx, id, name);
        if (secret !== undefined) secrets[name] = secret;
      }
      return { kind: row.kind, settings: row.settings, secrets };
    }),
  );
  const { lasting } = yield* Connectors;
  const same = lasting(id, fingerprint(stored.kind, stored));
  return yield* openWith(stored.kind, stored).pipe(Effect.provideService(Lasting, same));
});
