/** The keys behind a JWKS address, fetched through the guard and kept in this process. */
import { Clock, Context, Data, Effect, Layer, Result, Semaphore } from "effect";
import { OutboundStopped } from "../../connectors/connector.ts";
import { Egress } from "../egress/index.ts";
import { parseJson } from "../http/index.ts";
import { type PublicKey, readKeys } from "../tenancy/index.ts";

/** The keys cannot be had. `detail` is for the log: it holds neither a body nor a token. */
export class NoKeys extends Data.TaggedError("NoKeys")<{
  readonly detail: string;
  /** May it go well later, without anybody changing anything? */
  readonly passing: boolean;
}> {}

/** Kept so long without a question, and so long where nobody answers. A removed key ends within this. */
const freshMillis = 600_000;
const staleMillis = 3_600_000;
/** An address is asked at most this often, whatever key ids are thrown at us. */
export const pauseMillis = 60_000;
const timeoutMillis = 10_000;
const mostAddresses = 500;

interface Entry {
  readonly turn: Semaphore.Semaphore;
  keys: ReadonlyArray<PublicKey> | undefined;
  fetchedAt: number;
  triedAt: number;
  failure: NoKeys;
}

const failed = (error: unknown): NoKeys => {
  const stopped = OutboundStopped.within(error);
  return new NoKeys({
    detail: stopped?.detail ?? "It could not be reached.",
    passing: stopped?.retryable ?? true,
  });
};

const bodyOf = Effect.fnUntraced(function* (url: string, init: RequestInit) {
  const answer = yield* Effect.tryPromise({
    try: async () => {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMillis) });
      return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
    },
    catch: failed,
  });
  if (answer.status === 200) return answer.bytes;
  const passing = answer.status === 429 || answer.status >= 500;
  return yield* new NoKeys({ detail: `It answered with the status ${answer.status}.`, passing });
});

const fetchKeys = Effect.fn("fetchKeys")(function* (url: string) {
  const egress = yield* Egress;
  const { init } = yield* egress.outbound({}).pipe(Effect.mapError(failed));
  const bytes = yield* bodyOf(url, init);
  const keys = Result.flatMap(parseJson(bytes), readKeys);
  if (Result.isSuccess(keys)) return keys.success;
  return yield* new NoKeys({ detail: keys.failure.detail, passing: false });
}, Effect.scoped);

const newEntry = (): Entry => ({
  turn: Semaphore.makeUnsafe(1),
  keys: undefined,
  fetchedAt: Number.NEGATIVE_INFINITY,
  triedAt: Number.NEGATIVE_INFINITY,
  failure: new NoKeys({ detail: "It was not asked yet.", passing: true }),
});

const ask = Effect.fnUntraced(function* (url: string, entry: Entry, now: number) {
  entry.triedAt = now;
  const result = yield* Effect.result(fetchKeys(url));
  if (Result.isFailure(result)) {
    entry.failure = result.failure;
    return;
  }
  entry.keys = result.success;
  entry.fetchedAt = now;
});

/** Those at hand where they will do, else fetched. Whoever asks meanwhile waits for the same answer. */
const current = Effect.fnUntraced(function* (url: string, entry: Entry, kid: string | undefined) {
  const now = yield* Clock.currentTimeMillis;
  const known = kid === undefined || entry.keys?.some((key) => key["kid"] === kid) === true;
  const fresh = now - entry.fetchedAt < freshMillis;
  if (!(fresh && known) && now - entry.triedAt >= pauseMillis) yield* ask(url, entry, now);
  if (entry.keys !== undefined && now - entry.fetchedAt < staleMillis) return entry.keys;
  return yield* entry.failure;
});

const make = Effect.gen(function* () {
  const context = yield* Effect.context<Egress>();
  const entries = new Map<string, Entry>();
  const entryOf = (url: string): Entry => {
    const entry = entries.get(url) ?? newEntry();
    // Put at the end: the first is the one nobody used for longest.
    entries.delete(url);
    const [oldest] = entries.size >= mostAddresses ? entries.keys() : [];
    if (oldest !== undefined) entries.delete(oldest);
    entries.set(url, entry);
    return entry;
  };
  return KeySets.of({
    keysAt: (url, kid) => {
      const entry = entryOf(url);
      return entry.turn
        .withPermits(1)(current(url, entry, kid))
        .pipe(Effect.provideContext(context));
    },
  });
});

export class KeySets extends Context.Service<
  KeySets,
  {
    /** The keys at `url`; fetched again where none has the id `kid`, at most once a minute. */
    readonly keysAt: (
      url: string,
      kid: string | undefined,
    ) => Effect.Effect<ReadonlyArray<PublicKey>, NoKeys>;
  }
>()("rolebridge/oauth/KeySets") {
  /** Needs a guard of its own, whose answers are small. */
  static readonly layer = Layer.effect(KeySets, make);
}

/** The largest JWKS that is read, in bytes. */
export const keySetBytes = 128 * 1024;
