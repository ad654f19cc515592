/** A peer on loopback, a name server of the test's own, and what `fetch` said. */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { Effect } from "effect";
import { type ConnectorFailure, Outbound, OutboundStopped } from "../../connectors/connector.ts";
import { Egress, type EgressOptions, Resolver } from "../../src/egress/index.ts";

const listening = (server: Server) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)));
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.closeAllConnections();
        server.close(() => resume(Effect.void));
      }),
  );

/** Its port, while the scope is open. */
export const peer = (answer: RequestListener) => listening(createServer(answer));
export const tlsPeer = (options: ServerOptions, answer: RequestListener) =>
  listening(createTlsServer(options, answer));

/** Gives these answers in turn, the last one for ever, and keeps what it was asked. */
export const nameServer = (...answers: ReadonlyArray<ReadonlyArray<string>>) => {
  const asked: Array<string> = [];
  const resolver = async (name: string) => {
    const answer = answers[Math.min(asked.push(name), answers.length) - 1] ?? [];
    return answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  return { asked, provided: Effect.provideService(Resolver, resolver) };
};

/** What a request under the guard comes to: the answer and its body, or what `fetch` threw. */
export const get = (init: RequestInit, url: string) =>
  Effect.tryPromise({
    try: async () => {
      const response = await fetch(url, init);
      return { status: response.status, body: await response.text() };
    },
    catch: (error) => error,
  });

/** The guard's own word on a request that it must stop. */
export const stopped = (init: RequestInit, url: string) =>
  Effect.flatMap(Effect.flip(get(init, url)), (error): Effect.Effect<ConnectorFailure> => {
    const failure = OutboundStopped.within(error);
    return failure === undefined ? Effect.die(error) : Effect.succeed(failure);
  });

export const initOf = (certificateAuthority?: string) =>
  Effect.flatMap(Egress, ({ outbound }) =>
    Effect.map(outbound({ certificateAuthority }), ({ init }) => init),
  );

export const guarded =
  (options: EgressOptions) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.provide(effect, Egress.layer(options));

/** Of one exchange. */
export const withTimeout = (timeoutMillis: number) =>
  Effect.provideServiceEffect(
    Outbound,
    Outbound.useSync((rules) => ({ ...rules, timeoutMillis })),
  );
