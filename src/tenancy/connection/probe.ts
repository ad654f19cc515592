/** Tries a connection before it is believed: opens it, looks what its credential can see, closes it. */
import { Effect, type Scope } from "effect";
import { type Connection, ConnectorFailure, type Lack } from "../../../connectors/connector.ts";
import { InvalidValue } from "../../domain/index.ts";
import { Connectors, findConnector, openWith, type PlainSettings } from "../../sync/index.ts";

/** Shorter than a client waits for its answer: the connector's own patience is meant for runs. */
const patience = "20 seconds";

const tooSlow = new ConnectorFailure({
  reason: "unavailable",
  detail: `It did not answer everything within ${patience}.`,
});

export const withPatience = <A, E, R>(asking: Effect.Effect<A, E, R>) =>
  asking.pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(tooSlow) }));

export const probed = <E, R>(open: Effect.Effect<Connection, E, R | Scope.Scope>) =>
  withPatience(Effect.scoped(Effect.flatMap(open, ({ probe }) => probe)));

/** What a schema says of a setting, as a sentence that begins with its name. */
const sentence = (detail: string): string => {
  const [, text, name] = /^(.*)\n\s*at \["(\w+)"\]$/.exec(detail) ?? [];
  return text === undefined ? detail : `${name}: ${text}.`;
};

const refusal = ({ detail, retryable }: ConnectorFailure) => {
  const anyway = retryable ? " To add or change it all the same, leave it unchecked." : "";
  return new InvalidValue({ detail: `${sentence(detail)}${anyway}` });
};

export const lackText = ({ what, remedy }: Lack): string =>
  `The credential does not let us see ${what}. ${remedy}`;

/** An address that can never be reached is refused at once; one that only does not answer now is not. */
const mayBeReached = Effect.fnUntraced(function* <E, R>(
  kind: string,
  { settings }: PlainSettings,
  open: Effect.Effect<Connection, E, R | Scope.Scope>,
) {
  const { check } = yield* Connectors;
  yield* Effect.scoped(open);
  const fields = (yield* findConnector(kind))?.fields ?? [];
  for (const { name } of fields.filter(({ calls }) => calls === true)) {
    const value = settings[name];
    if (typeof value === "string" && value !== "")
      yield* Effect.catchIf(
        check(value),
        ({ retryable }) => retryable,
        () => Effect.void,
      );
  }
});

/**
 * Fails with InvalidValue where the settings do not fit, the system does not answer, or the credential cannot see all
 * that is read: one sentence for each thing it lacks. `unchecked`: the system is not asked.
 */
export const mustWork = Effect.fn("mustWork")(function* (
  kind: string,
  plain: PlainSettings,
  unchecked: boolean,
) {
  const open = openWith(kind, plain);
  if (unchecked) return yield* mayBeReached(kind, plain, open).pipe(Effect.mapError(refusal));
  const { lacks } = yield* probed(open).pipe(Effect.mapError(refusal));
  const now = lacks.filter(({ soon }) => soon !== true);
  if (now.length > 0) return yield* new InvalidValue({ detail: now.map(lackText).join("\n") });
});
