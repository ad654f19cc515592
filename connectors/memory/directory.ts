/** An outside system in memory that hands out pages, and the ways in which it can be made to misbehave. */
import { Effect } from "effect";
import {
  type BlindSpot,
  type Change,
  ConnectorFailure,
  type GroupFact,
  type MembershipFact,
  type Reason,
  type UserFact,
} from "../connector.ts";
import type { Journal } from "./journal.ts";

/** The reference directory. Whoever holds it may change the arrays between two reads. */
export interface Directory {
  users: ReadonlyArray<UserFact>;
  groups: ReadonlyArray<GroupFact>;
  memberships: ReadonlyArray<MembershipFact>;
  /** What tells it from others; all connections to it share it. Without it nothing can be written. */
  identity?: string;
  /** What it says of its changes. Without it only reading everything tells. */
  journal?: Journal;
  blindSpots?: ReadonlyArray<BlindSpot>;
  /** Everybody's email is their userName, whatever is written. */
  isNamedByEmail?: boolean;
  /** Asked before each write how it is to go wrong; `undefined`: not at all. */
  writing?: (change: Change) => WriteFault | undefined;
}

/** `after`: it is written, and the answer is lost. */
export interface WriteFault {
  readonly when: "before" | "after";
  readonly reason: Reason;
  readonly retryAfter?: number;
}

export type Fault =
  /** Fails when the page with the element of this number is asked for; elements count across all lists. */
  | {
      readonly _tag: "FailAt";
      readonly element: number;
      readonly reason: Reason;
      readonly retryAfter?: number;
    }
  /** What changed cannot be asked; everything else can. */
  | { readonly _tag: "FailChanges"; readonly reason: Reason; readonly retryAfter?: number }
  | { readonly _tag: "DropProof" }
  | { readonly _tag: "DuplicatePage" }
  | { readonly _tag: "Shrink" }
  | { readonly _tag: "EmptyList" }
  | { readonly _tag: "Silence" };

export const pageSize = 100;

/** The failure that a test asked for. */
export const told = (
  where: string,
  { reason, retryAfter }: { readonly reason: Reason; readonly retryAfter?: number },
) =>
  new ConnectorFailure({
    reason,
    detail: `The memory directory was told to fail ${where}.`,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });

const failAt = (fault: Extract<Fault, { _tag: "FailAt" }>) =>
  Effect.fail(told(`at element ${fault.element}`, fault));

/** One page of a list. `before` is how many elements the lists before this one hold. */
export const page = <A>(list: ReadonlyArray<A>, first: number, before: number, fault: Fault | undefined) => {
  const items = list.slice(first, first + pageSize);
  const end = before + first + items.length;
  switch (fault?._tag) {
    case "FailAt":
      return fault.element < end ? failAt(fault) : Effect.succeed(items);
    case "DuplicatePage":
      return Effect.succeed(first === 0 ? items : list.slice(0, items.length));
    case "Shrink":
      return Effect.succeed(items.slice(first === 0 ? 0 : 1));
    case "EmptyList":
      return Effect.succeed([]);
    case "Silence":
      return Effect.never;
    default:
      return Effect.succeed(items);
  }
};
