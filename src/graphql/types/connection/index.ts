/** Owns the types about connections: what they are, how they are read, and their tokens. */
import "./client.ts";
import "./connection.ts";
import "./connector.ts";
import "./metadata.ts";
import "./recording.ts";
import "./run.ts";
import "./settings.ts";
import "./sync.ts";
import "./trace.ts";
import "./trace-group.ts";

export { alone, Connection } from "./connection.ts";
export { NewToken } from "./token.ts";
