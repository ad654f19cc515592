/** A mapping prepared for evaluation. */
import type { GroupKind, RoleKey } from "../../domain/index.ts";
import type { Glob, Leaf } from "../condition/index.ts";
import type { Index } from "./tables.ts";

/** A role with the scope it is limited to; `scope` is empty where there is none. */
export interface Grant {
  readonly role: RoleKey;
  readonly scope: string;
  /** The role's place among the mapping's roles in the order of their keys. */
  readonly place: number;
  readonly rung: Rung | null;
  /** Which of the rule's grants this is. */
  readonly at: number;
}

/** A role limited to a scope taken from a group's name. */
export interface CapturedGrant {
  readonly role: RoleKey;
  readonly before: string;
  readonly after: string;
  readonly create: boolean;
  readonly place: number;
  readonly rung: Rung | null;
  /** Which of the rule's grants this is. */
  readonly at: number;
}

/** One predicate, shared by all conditions that ask the same. `rules` are those that cannot apply without it. */
export interface Test {
  /** Counts from 0 through the tests of the mapping. */
  readonly number: number;
  readonly leaf: Leaf;
  /** What a group's name must look like and of which kind it must be; `null` where it may be any. */
  readonly glob: Glob | null;
  readonly kind: GroupKind | null;
  readonly rules: Array<CompiledRule>;
}

/** A test as one condition asks it. `path` says where in the rule it stands, `fact` what it looks at. */
export interface LeafNode {
  readonly test: Test;
  readonly wanted: boolean;
  readonly path: string;
  readonly fact: string;
}

/** Every one of these must hold, or else some one. */
export interface BranchNode {
  readonly every: boolean;
  readonly of: ReadonlyArray<Node>;
}

/** A condition with its `not` pushed down to the tests. */
export type Node = LeafNode | BranchNode;

export interface CompiledRule {
  readonly id: string;
  readonly when: Node;
  readonly grant: ReadonlyArray<Grant>;
  readonly captured: ReadonlyArray<CapturedGrant>;
  /** Grants that do not count: the role is reserved and the rule has a wildcard. */
  readonly ignored: ReadonlyArray<Grant | CapturedGrant>;
  readonly deny: ReadonlyArray<Grant>;
  /** Can several tests lead to this rule? */
  readonly hasSeveralKeys: boolean;
  /** In milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** Where a role stands: `rank` counts from 0, the lowest, within `ladder`. */
export interface Rung {
  readonly ladder: number;
  readonly rank: number;
}

/** What is known of roles before the rules are looked at: their order, their ladders, which are reserved. */
export interface Roles {
  readonly places: ReadonlyMap<RoleKey, number>;
  readonly rungs: ReadonlyMap<RoleKey, Rung>;
  readonly reserved: ReadonlySet<RoleKey>;
}

/** `general` are the rules that nothing narrows: they are looked at for everybody. */
export interface CompiledMapping {
  readonly rules: ReadonlyArray<CompiledRule>;
  readonly general: ReadonlyArray<CompiledRule>;
  readonly index: Index;
  /** May time alone change what some account should have? */
  readonly timed: boolean;
  readonly roles: Pick<Roles, "places" | "rungs">;
  /** May be replaced by a fresher set without compiling again. */
  readonly scopes: ReadonlySet<string>;
}
