/** What a rewrite is. */
import type { Attribute, JsonObject, ResourceType, Unread } from "../schema/index.ts";
import type { Rule } from "./rule.ts";

/** An operation as it was sent; `path` and `value` are `undefined` when they were not. */
export interface SentOperation {
  readonly op: unknown;
  readonly path: unknown;
  readonly value: unknown;
}

/** One departure from the RFC: who makes it, where that is written, and how it becomes what the RFC says. */
export interface Rewrite {
  readonly name: string;
  readonly vendor: string;
  readonly what: string;
  /** Where the departure is documented or was observed. */
  readonly source: string;
  /** An attribute's name, in a path, a filter or as a key. */
  readonly attributeName?: (type: ResourceType, name: string) => string;
  /** A resource that is created or replaced. */
  readonly resource?: (type: ResourceType, body: Unread) => Unread;
  /** A PATCH operation. */
  readonly operation?: (type: ResourceType, operation: SentOperation) => readonly SentOperation[];
  /** The value of one attribute, wherever it stands. */
  readonly value?: (attribute: Attribute, value: unknown) => unknown;
  /** Unquoted words in a filter are text. */
  readonly bareWords?: true;
}

/** How strictly a connection is listened to. */
export interface Dialect {
  readonly name: string;
  /** Applied in order. */
  readonly rewrites: readonly Rewrite[];
  /** Checked before any rewrite. */
  readonly rules: readonly Rule[];
  /** Names of core attributes that are neither announced nor accepted. */
  readonly hidden: readonly string[];
  /** What ServiceProviderConfig says besides. */
  readonly announced: JsonObject;
}
