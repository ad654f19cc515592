/** What a rule is. */
import type { InvalidPath, InvalidSyntax, InvalidValue } from "../../domain/index.ts";
import type { ResourceType, Unread } from "../schema/index.ts";
import type { SentOperation } from "./rewrite.ts";

export type Breach = InvalidPath | InvalidSyntax | InvalidValue;

/** Something the RFC leaves open and a dialect refuses. Each part says what is wrong with what was sent, if anything. */
export interface Rule {
  readonly name: string;
  readonly what: string;
  /** Where it is asked for. */
  readonly source: string;
  /** A resource that is created or replaced. */
  readonly resource?: (type: ResourceType, body: Unread) => Breach | undefined;
  /** A whole PATCH body. */
  readonly patch?: (body: Unread) => Breach | undefined;
  /** A PATCH operation, as it was sent. */
  readonly operation?: (type: ResourceType, operation: SentOperation) => Breach | undefined;
}
