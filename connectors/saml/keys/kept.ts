/** The keys of one connection, as they are kept: a list in JSON, sealed around it by the host. */
import { X509Certificate } from "node:crypto";
import { Clock, Effect, Option, Redacted, Result, Schema } from "effect";
import { ConnectorFailure, type KeyChange, type NewKey, type OwnKey, type OwnKeys } from "../../connector.ts";
import { newKey } from "./make.ts";

const Key = Schema.Struct({
  state: Schema.Literals(["current", "next", "old"]),
  /** PKCS 8, PEM. */
  key: Schema.String,
  certificate: Schema.String,
});
export type Kept = typeof Key.Type;

const Keys = Schema.fromJsonString(Schema.Array(Key));

const order = { current: 0, next: 1, old: 2 } as const;

/** The current one first, then the next, then the old. Empty where none was made. */
export const keysIn = (kept: Redacted.Redacted<string> | undefined): ReadonlyArray<Kept> => {
  const text = kept === undefined ? "" : Redacted.value(kept);
  const keys = Option.getOrElse(Schema.decodeUnknownOption(Keys)(text), (): ReadonlyArray<Kept> => []);
  return keys.toSorted((one, other) => order[one.state] - order[other.state]);
};

export const signingKeyIn = (kept: Redacted.Redacted<string> | undefined): Kept | undefined =>
  keysIn(kept).find(({ state }) => state === "current");

const shown = ({ state, certificate }: Kept): OwnKey => {
  const { fingerprint256, validFrom, validTo } = new X509Certificate(certificate);
  return {
    state,
    fingerprint: fingerprint256.replaceAll(":", "").toLowerCase(),
    validFrom: Date.parse(validFrom),
    validUntil: Date.parse(validTo),
    certificate,
  };
};

const refused = (detail: string): Changed => Result.fail(new ConnectorFailure({ reason: "refused", detail }));

type Changed = Result.Result<ReadonlyArray<Kept>, ConnectorFailure>;

const withNext = (keys: ReadonlyArray<Kept>, { key, certificate }: NewKey): Changed => {
  if (keys.some(({ state }) => state === "next"))
    return refused("There is a next key already: have the provider learn it, then activate it.");
  // Of the first one nobody knows another: nothing has to be waited for.
  const state = keys.length === 0 ? ("current" as const) : ("next" as const);
  return Result.succeed([...keys, { key: Redacted.value(key), certificate, state }]);
};

const activated = (keys: ReadonlyArray<Kept>): Changed => {
  if (!keys.some(({ state }) => state === "next")) return refused("There is no next key: make one first.");
  if (keys.some(({ state }) => state === "old"))
    return refused("There is an old key still: retire it first.");
  return Result.succeed(
    keys.map((key): Kept => ({ ...key, state: key.state === "next" ? "current" : "old" })),
  );
};

const retired = (keys: ReadonlyArray<Kept>): Changed =>
  keys.some(({ state }) => state === "old")
    ? Result.succeed(keys.filter(({ state }) => state !== "old"))
    : refused("There is no old key to retire.");

const changed = (keys: ReadonlyArray<Kept>, change: KeyChange): Changed => {
  if (change.step === "next") return withNext(keys, change.made);
  return change.step === "activate" ? activated(keys) : retired(keys);
};

export const ownKeys: OwnKeys = {
  secret: "ownKeys",
  list: (kept) => keysIn(kept).map(shown),
  make: (name) => Effect.flatMap(Clock.currentTimeMillis, (now) => newKey(name, now)),
  change: (kept, change) =>
    Result.map(changed(keysIn(kept), change), (keys) => Redacted.make(JSON.stringify(keys))),
};
