import { Context, type Effect } from "effect";
import type { Settings } from "../../config/index.ts";
import type { Connector } from "../../connectors/connector.ts";
import type { Location } from "../store/index.ts";

/** A kind of connections that is read, or that people sign in through. Its settings become flags. */
export type Kind = Pick<Connector, "kind" | "title" | "fields" | "signsIn" | "describing">;

/** What commands take of the whole server. */
export interface WholeServer {
  readonly serve: Effect.Effect<unknown, unknown>;
  readonly locationOf: (settings: Settings) => Location;
}

/**
 * The whole server, for the commands that run it or touch its database. Handed in from the root of the source and
 * loaded when it is asked for: everything else starts in a fraction of the time without it.
 */
export class Server extends Context.Service<Server, { readonly load: Effect.Effect<WholeServer> }>()(
  "rolebridge/cli/Server",
) {}
