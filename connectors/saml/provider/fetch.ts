/** The document at the address that the settings name. The egress guard limits how long and how large it may be. */
import { Effect } from "effect";
import { ConnectorFailure, type OutboundRules, OutboundStopped } from "../../connector.ts";

const failed = (reason: ConnectorFailure["reason"], detail: string) =>
  new ConnectorFailure({ reason, detail });

const failureOf = (error: unknown): ConnectorFailure =>
  OutboundStopped.within(error) ??
  failed("unavailable", "The address of the provider's metadata could not be reached.");

export const fetchMetadata = Effect.fn("saml.metadata")(function* (rules: OutboundRules, address: string) {
  const answer = yield* Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(address, { ...rules.init, signal });
      return { status: response.status, text: await response.text() };
    },
    catch: failureOf,
  }).pipe(
    Effect.timeoutOrElse({
      duration: rules.timeoutMillis,
      orElse: () =>
        Effect.fail(failed("unavailable", "The address of the provider's metadata did not answer in time.")),
    }),
  );
  if (answer.status === 200) return answer.text;
  const reason = answer.status >= 500 || answer.status === 429 ? "unavailable" : "missing";
  return yield* failed(reason, `The address of the provider's metadata answers ${answer.status}.`);
});
