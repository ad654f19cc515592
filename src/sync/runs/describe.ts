/** What a provider publishes of itself, fetched by the rules of the connection it is for. */
import { Effect } from "effect";
import { type Describing, Outbound } from "../../../connectors/connector.ts";
import type { JsonObject } from "../../domain/index.ts";
import { Connectors } from "./connectors.ts";

export const fetchDescription = Effect.fn("fetchDescription")(function* (
  { fetch, address }: Describing,
  settings: JsonObject,
) {
  const { outbound } = yield* Connectors;
  const authority = settings["certificateAuthority"];
  const rules = yield* outbound(
    typeof authority === "string" && authority !== "" ? { certificateAuthority: authority } : {},
  );
  return yield* fetch(String(settings[address] ?? "")).pipe(Effect.provideService(Outbound, rules));
}, Effect.scoped);
