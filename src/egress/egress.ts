import { Context, Effect, Layer, type Scope } from "effect";
import { Agent, Pool } from "undici";
import { type ConnectorFailure, Outbound, type OutboundRules } from "../../connectors/connector.ts";
import { admit } from "./admit.ts";
import { type Dialing, dial } from "./dial.ts";
import { type Limits, limiting } from "./limits.ts";
import { noAddress, withLogin } from "./refusal.ts";
import { trust } from "./trust.ts";

export interface EgressOptions {
  /** Origins as `URL.origin` writes them: these, and no others, may be http and anywhere. */
  readonly allowedOrigins: ReadonlyArray<string>;
  /** Largest body of an answer; default 32 MiB. */
  readonly answerBytes?: number;
}

const defaultAnswerBytes = 32 * 1024 * 1024;

const openAgent = (dialing: Dialing, limits: Limits) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(
        () =>
          new Agent({
            factory: (origin, options) =>
              new Pool(origin, {
                ...options,
                connect: dial(dialing, new URL(origin)),
                // One clock runs over the whole exchange, in `limiting`.
                headersTimeout: 0,
                bodyTimeout: 0,
              }),
          }),
      ),
      (agent) => Effect.promise(() => agent.destroy()),
    ),
    (agent) => agent.compose(limiting(limits)),
  );

const make = ({ allowedOrigins, answerBytes = defaultAnswerBytes }: EgressOptions) => {
  const allowed: ReadonlySet<string> = new Set(allowedOrigins);

  const outbound = Effect.fn("egress.outbound")(function* ({ certificateAuthority }: OutboundOptions) {
    const rules = yield* Outbound;
    const context = yield* Effect.context<never>();
    const authorities = certificateAuthority === undefined ? undefined : yield* trust(certificateAuthority);
    const limits = { millis: rules.timeoutMillis, bytes: answerBytes };
    const dispatcher = yield* openAgent({ allowed, authorities, context }, limits);
    return { ...rules, init: { ...rules.init, redirect: "manual" as const, dispatcher } };
  });

  const check = Effect.fn("egress.check")(function* (address: string) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return yield* noAddress;
    if (url.username !== "" || url.password !== "") return yield* withLogin;
    yield* admit(allowed, url);
  });

  return { outbound, check };
};

export interface OutboundOptions {
  /** PEM: one certificate or several, trusted beside Node's own. */
  readonly certificateAuthority?: string | undefined;
}

/**
 * The guard in front of every address that a tenant can set: https to public addresses only, except the origins that
 * the operator allowed. There is no switch that turns it off.
 */
export class Egress extends Context.Service<
  Egress,
  {
    /**
     * The rules for one connection's requests, to be given to its connector as `Outbound`. Sockets are closed with the
     * scope. Fails with `refused` where `certificateAuthority` is no certificate. A request that the guard stops
     * fails with `OutboundStopped` among its causes. Redirects are answered as they are.
     */
    readonly outbound: (
      options: OutboundOptions,
    ) => Effect.Effect<OutboundRules, ConnectorFailure, Scope.Scope>;
    /** Says early, when an address is saved, what a request to it would say. It is judged again at each connection. */
    readonly check: (address: string) => Effect.Effect<void, ConnectorFailure>;
  }
>()("rolebridge/egress/Egress") {
  static readonly layer = (options: EgressOptions) => Layer.sync(Egress, () => make(options));
}
