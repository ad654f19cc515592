import type { Redacted } from "effect";
import type { ConnectionId, Origin } from "../domain/index.ts";
import type { TenantTx } from "../store/index.ts";
import type { Profile } from "./profile.ts";
import type { Json, Projection } from "./schema/index.ts";
import type { Conditions } from "./version.ts";

/** One authenticated request inside its transaction. */
export interface ScimContext extends Profile {
  readonly tx: TenantTx;
  readonly connection: ConnectionId;
  readonly origin: Origin;
  /** The address clients know the endpoint by, without a slash at its end. */
  readonly baseUrl: string;
  readonly query: URLSearchParams;
  readonly conditions: Conditions;
  /** Cursors are sealed under a key derived from it. */
  readonly masterKey: Redacted.Redacted<Uint8Array>;
  /** Does the client say who it is? Microsoft Entra sends no User-Agent (kortix suna#7297). */
  readonly anonymousClient: boolean;
}

/** What an operation answers. `version` goes into the header `ETag`. */
export interface ScimAnswer {
  readonly status: number;
  readonly body?: Json;
  readonly location?: string;
  readonly version?: string;
}

/** The client has what it would get (RFC 7232 §4.1). */
export const notModified = ({ location, version }: ScimAnswer): ScimAnswer => ({
  status: 304,
  ...(location === undefined ? {} : { location }),
  ...(version === undefined ? {} : { version }),
});

const names = (query: URLSearchParams, parameter: string): ReadonlyArray<string> =>
  query
    .getAll(parameter)
    .flatMap((text) => text.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** `attributes` and `excludedAttributes` (RFC 7644 §3.9). */
export const projectionOf = ({ query }: ScimContext): Projection => ({
  attributes: names(query, "attributes"),
  excludedAttributes: names(query, "excludedAttributes"),
});
