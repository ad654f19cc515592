/** Systems that are asked now: by whom they may be, and what a caller is told when they do not answer. */
import { Effect } from "effect";
import type { ConnectorFailure } from "../../../connectors/connector.ts";
import { InvalidValue, NotFound } from "../../domain/index.ts";
import type { ConnectionRow, TenantTx } from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { connectorFor, namedConnection, unreadable } from "../connection/index.ts";

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

/** The connection to ask through, and what is known here of what is asked for. */
export const askable = <Known, E, R>(
  caller: Caller,
  organization: Target,
  slug: string,
  known: (tx: TenantTx, row: ConnectionRow) => Effect.Effect<Known, E, R>,
) =>
  inOrganization(
    caller,
    organization,
    // It makes this server send requests: reading is not enough.
    "sync:write",
    Effect.fnUntraced(function* (tx) {
      const row = yield* namedConnection(tx, slug);
      yield* connectorFor(row);
      return { row, known: yield* known(tx, row) };
    }),
  );
