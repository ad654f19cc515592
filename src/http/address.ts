import { Context } from "effect";

/** The address clients know the server by, without a slash at its end. From the settings, never from a Host header. */
export class ServerAddress extends Context.Service<ServerAddress, { readonly publicUrl: string }>()(
  "rolebridge/http/ServerAddress",
) {}
