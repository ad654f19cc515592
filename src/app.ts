/** The only wiring: which layer feeds which, in reading order. */
import { createServer } from "node:http";
import { NodeHttpServer } from "@effect/platform-node";
import { Effect, Layer, Logger, type Redacted, References } from "effect";
import { HttpRouter, HttpServer } from "effect/http";
import type { Settings } from "../config/index.ts";
import { type Connector, connectors } from "../connectors/index.ts";
import { Egress } from "./egress/index.ts";
import { graphqlRoutes } from "./graphql/index.ts";
import { live, metrics, ready } from "./health/index.ts";
import { FailureLimit, fallback, Proven, ServerAddress, type TurnLimits, Turns } from "./http/index.ts";
import { loginRoutes } from "./login/index.ts";
import { KeySets, keySetBytes, oauthRoutes } from "./oauth/index.ts";
import { restRoutes } from "./rest/index.ts";
import { AddressForms, scimRoutes, TypesCache, userAttributes } from "./scim/index.ts";
import { type Location, MasterKey, Store } from "./store/index.ts";
import {
  Connectors,
  followWorker,
  HistoryDays,
  MappingCache,
  planWorker,
  prover,
  pushWorker,
  reconcileWorker,
  sweeper,
  syncWorker,
  UserAttributes,
} from "./sync/index.ts";
import { openMasterKey, TxtRecords } from "./tenancy/index.ts";

export const locationOf = (settings: Settings): Location => {
  const { databaseUrl, migrationDatabaseUrl, databaseConnections, dataFolder } = settings;
  if (databaseUrl === undefined) return { _tag: "Embedded", folder: dataFolder };
  const migrationUrl = migrationDatabaseUrl ?? databaseUrl;
  return { _tag: "Server", url: databaseUrl, migrationUrl, connections: databaseConnections };
};

/** Logs go to stderr as one JSON object a line, or as text on a terminal. */
export const logging = ({ logFormat, logLevel }: Settings) =>
  Layer.merge(
    Logger.layer([Logger.withConsoleError(logFormat === "json" ? Logger.formatJson : Logger.formatLogFmt)]),
    Layer.succeed(
      References.MinimumLogLevel,
      ({ debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const)[logLevel],
    ),
  );

const masterKey = (settings: Settings) =>
  Layer.unwrap(
    Effect.map(openMasterKey(settings.dataFolder, settings.masterKey), (key: Redacted.Redacted<Uint8Array>) =>
      MasterKey.layer(key),
    ),
  );

/** The address in the settings, else that of the port the server got. */
const address = (settings: Settings) =>
  Layer.effect(
    ServerAddress,
    Effect.gen(function* () {
      const server = yield* HttpServer.HttpServer;
      const port = server.address._tag === "UnixPathAddress" ? settings.port : server.address.port;
      return { publicUrl: settings.publicUrl ?? `http://localhost:${port}` };
    }),
  );

const httpServer = ({ port, host }: Settings) =>
  NodeHttpServer.layer(() => createServer({ requestTimeout: 120_000, keepAliveTimeout: 65_000 }), {
    port,
    host,
    gracefulShutdownTimeout: "25 seconds",
  });

const routes = Layer.mergeAll(
  live,
  ready,
  metrics,
  scimRoutes,
  oauthRoutes,
  loginRoutes,
  restRoutes,
  graphqlRoutes,
  fallback,
);

const guardedConnectors = ({ allowedOrigins }: Settings, list: ReadonlyArray<Connector>) =>
  Layer.unwrap(Effect.map(Egress, ({ outbound, check }) => Connectors.layer(list, outbound, check))).pipe(
    Layer.provide(Egress.layer({ allowedOrigins })),
  );

/** Keys are small: their guard reads no large answer. */
const keySets = ({ allowedOrigins }: Settings) =>
  KeySets.layer.pipe(Layer.provide(Egress.layer({ allowedOrigins, answerBytes: keySetBytes })));

/** Two sessions stay for jobs and operators. The embedded database has one session, which everything shares. */
const turnLimits = (location: Location): TurnLimits => {
  const places = location._tag === "Server" ? Math.max(1, location.connections - 2) : 2;
  return { places, each: Math.ceil(places / 4), waiting: 200 };
};

const services = (settings: Settings, location: Location, list: ReadonlyArray<Connector>) =>
  Layer.mergeAll(
    MappingCache.layer,
    TypesCache.layer,
    Layer.succeed(UserAttributes, userAttributes),
    Proven.layer,
    FailureLimit.layer(),
    Turns.layer(turnLimits(location)),
    keySets(settings),
    TxtRecords.layer(settings.dnsServers),
    Layer.succeed(HistoryDays, settings.historyDays),
    Layer.succeed(AddressForms, { tenantAware: settings.tenantAddresses }),
    masterKey(settings),
    guardedConnectors(settings, list),
  );

/** Everything that runs in one instance of the server, over the database at `location`. */
export const appOver = (settings: Settings, location: Location, list = connectors) =>
  HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(
      Layer.mergeAll(reconcileWorker, syncWorker, followWorker, pushWorker, planWorker, sweeper, prover),
    ),
    Layer.provideMerge(address(settings)),
    Layer.provideMerge(httpServer(settings)),
    Layer.provideMerge(services(settings, location, list)),
    Layer.provideMerge(Store.layer(location)),
  );

/** The same, over the database that the settings name. */
export const app = (settings: Settings) => appOver(settings, locationOf(settings));
