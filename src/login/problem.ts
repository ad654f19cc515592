/** What can go wrong for a person at a browser. */
import type { ConnectorFailure } from "../../connectors/connector.ts";
import type { Unavailable } from "../domain/index.ts";
import type { SecretUnreadable } from "../store/index.ts";

export type BrowserFailure = ConnectorFailure | SecretUnreadable | Unavailable;
