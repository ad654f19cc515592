/** Opens the sockets: to the addresses that were admitted and to no other. */
import type { SecureContext } from "node:tls";
import { type Context, Effect } from "effect";
import { buildConnector } from "undici";
import { OutboundStopped } from "../../connectors/connector.ts";
import { admit } from "./admit.ts";
import { distrust } from "./trust.ts";

export interface Dialing {
  readonly allowed: ReadonlySet<string>;
  /** Without it, Node's own authorities. */
  readonly authorities: SecureContext | undefined;
  readonly context: Context.Context<never>;
}

const connectMillis = 10_000;

const explained =
  (origin: string, callback: buildConnector.Callback): buildConnector.Callback =>
  (...[error, socket]) => {
    if (error === null) return callback(null, socket);
    const failure = distrust(origin, error);
    callback(failure === undefined ? error : new OutboundStopped(failure), null);
  };

/**
 * A connector for one origin. The name is resolved once per connection, judged, and the socket gets those very
 * addresses, so that no second answer of a name server counts; TLS still goes by the name.
 */
export const dial = ({ allowed, authorities, context }: Dialing, url: URL): buildConnector.connector => {
  const trusted = authorities === undefined ? {} : { secureContext: authorities };
  return (options, callback) => {
    const opening = Effect.match(admit(allowed, url), {
      onFailure: (failure) => callback(new OutboundStopped(failure), null),
      onSuccess: (addresses) =>
        buildConnector({
          ...trusted,
          timeout: connectMillis,
          // NODE_TLS_REJECT_UNAUTHORIZED=0 would switch the check off for all.
          rejectUnauthorized: true,
          // Tries them all, and makes `lookup` answer with a list.
          autoSelectFamily: true,
          lookup: (_name, _options, answer) => answer(null, [...addresses]),
        })(options, explained(url.origin, callback)),
    });
    Effect.runForkWith(context)(opening);
  };
};
