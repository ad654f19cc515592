/**
 * The provider as openid-client talks to it: found by its issuer, through the egress guard, with every check on. What it
 * says of itself is kept for a while: whoever begins a login is a stranger, and must not make us ask.
 */
import { Clock, Effect, Redacted, Semaphore } from "effect";
import { createRemoteJWKSet, customFetch, type JWKSCacheInput, type JWTVerifyGetKey, jwksCache } from "jose";
import * as client from "openid-client";
import {
  type ConnectorFailure,
  ConnectorFailure as Failure,
  Lasting,
  LoginRefused,
  Outbound,
  type OutboundRules,
  OutboundStopped,
} from "../connector.ts";
import { failureOf } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/** How long metadata is believed, and how long a provider that did not give it is left alone. */
const keptMillis = 3_600_000;
const pauseMillis = 10_000;

/**
 * What is known of one connection's provider. The library believes its keys for five minutes, and asks for a key it does
 * not know once a minute at most.
 */
interface Known {
  readonly turn: Semaphore.Semaphore;
  metadata?: { readonly server: client.ServerMetadata; readonly until: number };
  failure?: { readonly failure: ConnectorFailure; readonly until: number };
  keys?: client.ExportedJWKSCache;
  signing?: { readonly address: string; readonly cache: JWKSCacheInput };
}

const fresh = (): Known => ({ turn: Semaphore.makeUnsafe(1) });

const all = new WeakMap<object, Known>();

const knownAs = (same: object | undefined): Known => {
  if (same === undefined) return fresh();
  const known = all.get(same) ?? fresh();
  all.set(same, known);
  return known;
};

/** Without a person's reply at hand nothing can be refused: what does not fit is the provider's. */
const ofProvider = (error: unknown): ConnectorFailure => {
  const failure = failureOf(error, []);
  if (!(failure instanceof LoginRefused)) return failure;
  const detail =
    failure.checks.at(-1)?.detail ?? "The provider's answer is not what OpenID Connect describes.";
  return new Failure({ reason: "malformed", detail });
};

/** Bytes. A provider's answers are far smaller; what is read of one costs what reading JSON costs. */
const largestAnswer = 1024 * 1024;

const tooLarge = new Failure({
  reason: "malformed",
  detail: `The provider's answer is larger than ${largestAnswer} bytes.`,
});

/** Below what the egress guard lets in for directories. */
const bounded = (answer: Response): Response => {
  let left = largestAnswer;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      left -= chunk.length;
      if (left < 0) controller.error(new OutboundStopped(tooLarge));
      else controller.enqueue(chunk);
    },
  });
  return answer.body === null ? answer : new Response(answer.body.pipeThrough(counting), answer);
};

const fetchThrough =
  ({ init }: OutboundRules): client.CustomFetch =>
  async (url, options) =>
    bounded(await fetch(url, { ...options, ...init } as RequestInit));

const metadataOf = (settings: Settings) => ({ id_token_signed_response_alg: settings.algorithm });
const secretOf = ({ clientSecret }: Settings) => client.ClientSecretBasic(Redacted.value(clientSecret));

/** Browsers are sent there. */
const isAddress = (text: unknown): boolean =>
  typeof text === "string" && /^https?:$/.test(URL.parse(text)?.protocol ?? "");

const noEntrance = new Failure({
  reason: "malformed",
  detail: "The provider's metadata names no address to sign in at.",
});

const ask = Effect.fn("oidc.discover")(function* (settings: Settings, rules: OutboundRules) {
  const config = yield* Effect.tryPromise({
    try: () =>
      client.discovery(
        new URL(settings.issuer),
        settings.clientId,
        metadataOf(settings),
        secretOf(settings),
        {
          [client.customFetch]: fetchThrough(rules),
          timeout: Math.ceil(rules.timeoutMillis / 1000),
          // Whether plain HTTP is allowed, the egress guard decides for every address alike.
          execute: [client.allowInsecureRequests],
        },
      ),
    catch: ofProvider,
  });
  const server = config.serverMetadata() as client.ServerMetadata;
  return isAddress(server.authorization_endpoint) ? server : yield* noEntrance;
});

/** Asks, and keeps what came of it. */
const learn = Effect.fnUntraced(function* (known: Known, asking: ReturnType<typeof ask>) {
  const server = yield* Effect.tapError(asking, (failure) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      known.failure = { failure, until: now + pauseMillis };
    }),
  );
  known.metadata = { server, until: (yield* Clock.currentTimeMillis) + keptMillis };
  return server;
});

/** What is kept, else what the provider says: one asks, and who comes meanwhile waits for that. */
const recall = (known: Known, asking: ReturnType<typeof ask>) =>
  known.turn.withPermit(
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis;
      if (known.metadata !== undefined && known.metadata.until > now) return known.metadata.server;
      if (known.failure !== undefined && known.failure.until > now) return yield* known.failure.failure;
      return yield* learn(known, asking);
    }),
  );

const configured =
  (settings: Settings, rules: OutboundRules, { keys }: Known) =>
  (server: client.ServerMetadata) => {
    const config = new client.Configuration(
      server,
      settings.clientId,
      metadataOf(settings),
      secretOf(settings),
    );
    config[client.customFetch] = fetchThrough(rules);
    config.timeout = Math.ceil(rules.timeoutMillis / 1000);
    client.allowInsecureRequests(config);
    // The library verifies no signature of an ID token that came from the token endpoint, unless told to.
    client.enableNonRepudiationChecks(config);
    if (keys !== undefined) client.setJwksCache(config, keys);
    return config;
  };

/**
 * For what openid-client does not read. Kept by jose for ten minutes; for an unknown key it asks twice a minute at most.
 * Only what was fetched is kept: the sockets to fetch with are closed with this opening of the connection.
 */
const keysAt = (known: Known, rules: OutboundRules, address: string) => {
  const cache = known.signing?.address === address ? known.signing.cache : {};
  known.signing = { address, cache };
  const through = fetchThrough(rules) as typeof fetch;
  return createRemoteJWKSet(new URL(address), { [customFetch]: through, [jwksCache]: cache });
};

/** Whose word it is, and the keys by which it is signed. */
export interface Signing {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
}

const signingOf =
  (known: Known, rules: OutboundRules) =>
  ({ issuer, jwks_uri }: client.ServerMetadata): Signing | undefined =>
    jwks_uri === undefined ? undefined : { issuer, keys: keysAt(known, rules, jwks_uri) };

export interface Provider {
  /** For one login. */
  readonly config: Effect.Effect<client.Configuration, ConnectorFailure>;
  /** To be told after a login, for the keys that it asked for to be kept. */
  readonly keep: (config: client.Configuration) => void;
  /** For tokens that did not come from it directly; undefined where it names no keys. */
  readonly signing: Effect.Effect<Signing | undefined, ConnectorFailure>;
  /** Asks for its metadata whatever is kept. */
  readonly metadata: Effect.Effect<client.ServerMetadata, ConnectorFailure>;
}

/** Of the connection that is being opened. Asks nothing yet. */
export const providerOf = Effect.fnUntraced(function* (settings: Settings) {
  const rules = yield* Outbound;
  const known = knownAs(yield* Lasting);
  const asking = ask(settings, rules);
  return {
    config: Effect.map(recall(known, asking), (server) => configured(settings, rules, known)(server)),
    keep: (config) => {
      const keys = client.getJwksCache(config);
      if (keys !== undefined) known.keys = structuredClone(keys);
    },
    signing: Effect.map(recall(known, asking), signingOf(known, rules)),
    metadata: learn(known, asking),
  } satisfies Provider as Provider;
});
