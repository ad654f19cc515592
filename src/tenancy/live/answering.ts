/** What a caller is told when the system that was asked did not answer. */
import { Effect } from "effect";
import type { ConnectorFailure } from "../../../connectors/connector.ts";
import { InvalidValue, NotFound } from "../../domain/index.ts";
import { unreadable } from "../connection/index.ts";

/** For `Effect.catchTags`. */
export const answering = (slug: string, kind: "person" | "group", name: string) => ({
  ConnectorFailure: ({ reason, detail }: ConnectorFailure) =>
    Effect.fail(
      reason === "missing"
        ? new NotFound({ kind: `${kind} of ${slug}`, id: name.slice(0, 100) })
        : new InvalidValue({ detail: `${slug} does not answer (${reason}): ${detail}` }),
    ),
  SecretUnreadable: () => Effect.fail(new InvalidValue({ detail: unreadable })),
});
