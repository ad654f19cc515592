/** Tries a connection before it is believed: opens it, looks what its credential can see, closes it. */
import { Effect, type Scope } from "effect";
import { type Connection, ConnectorFailure, type Lack } from "../../../connectors/connector.ts";
import { InvalidValue } from "../../domain/index.ts";
import { openWith, type PlainSettings } from "../../sync/index.ts";

/** Shorter than a client waits for its answer: the connector's own patience is meant for runs. */
const patience = "20 seconds";

const tooSlow = new ConnectorFailure({
  reason: "unavailable",
  detail: `It did not answer everything within ${patience}.`,
});

export const probed = <E, R>(open: Effect.Effect<Connection, E, R | Scope.Scope>) =>
  Effect.scoped(Effect.flatMap(open, ({ probe }) => probe)).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(tooSlow) }),
  );

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
  if (unchecked) return yield* Effect.asVoid(Effect.scoped(open)).pipe(Effect.mapError(refusal));
  const { lacks } = yield* probed(open).pipe(Effect.mapError(refusal));
  if (lacks.length > 0) return yield* new InvalidValue({ detail: lacks.map(lackText).join("\n") });
});
