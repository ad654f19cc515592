/** From an answer to what its schema says, or to the failure that it is something else. */
import { Effect, Schema } from "effect";
import { malformed } from "./failure.ts";

export const decode = <A, I>(what: string, schema: Schema.Codec<A, I>) => {
  const read = Schema.decodeUnknownEffect(schema);
  return (answer: unknown) => Effect.mapError(read(answer), () => malformed(what));
};
