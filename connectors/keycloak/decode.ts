/** From an answer to what its schema says, or to the failure that it is something else. */
import { Effect, Schema } from "effect";
import { ConnectorFailure } from "../connector.ts";
import { malformed } from "./failure.ts";

export const decode = <A, I>(what: string, schema: Schema.Codec<A, I>) => {
  const read = Schema.decodeUnknownEffect(schema);
  return (answer: unknown) => {
    // The library turns some 404 into null.
    if (answer === null)
      return Effect.fail(new ConnectorFailure({ reason: "missing", detail: `Keycloak has no ${what}.` }));
    return Effect.mapError(read(answer), () => malformed(what));
  };
};
