/** TXT records, as the name servers tell them now. */
import { Resolver } from "node:dns/promises";
import { Context, Data, Effect, Layer } from "effect";

/** The name servers could not be asked, or did not answer the question: nothing is known. */
export class LookupFailed extends Data.TaggedError("LookupFailed")<{
  /** The resolver's own word, such as ESERVFAIL or ETIMEOUT. */
  readonly code: string;
}> {}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "UNKNOWN";

/** "There is no such name" and "it has no such record" are answers. Anything else is none. */
const absent = new Set(["ENOTFOUND", "ENODATA"]);

const ask = (servers: ReadonlyArray<string>, name: string) =>
  Effect.suspend(() => {
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    if (servers.length > 0) resolver.setServers(servers);
    return Effect.tryPromise({ try: () => resolver.resolveTxt(name), catch: codeOf }).pipe(
      Effect.ensuring(Effect.sync(() => resolver.cancel())),
    );
  });

export class TxtRecords extends Context.Service<
  TxtRecords,
  {
    /** Every text at `name`, the parts of each joined (RFC 7208 §3.3); none where there is no record. */
    readonly lookup: (name: string) => Effect.Effect<ReadonlyArray<string>, LookupFailed>;
  }
>()("rolebridge/tenancy/TxtRecords") {
  /** `servers`: addresses, each with a port where that is not 53; none: those of this machine. */
  static readonly layer = (servers: ReadonlyArray<string>) =>
    Layer.succeed(TxtRecords, {
      lookup: (name) =>
        ask(servers, name).pipe(
          Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.fail("ETIMEOUT") }),
          Effect.map((records) => records.map((parts) => parts.join(""))),
          Effect.catch((code) =>
            absent.has(code) ? Effect.succeed([]) : Effect.fail(new LookupFailed({ code })),
          ),
        ),
    });
}
