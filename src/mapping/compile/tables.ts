/** Where tests are found by what a person brings. Every test of a mapping stands in exactly one table. */
import type { Json } from "../../domain/index.ts";
import {
  type AttributeTest,
  type GroupNameTest,
  literalHead,
  scalarKey,
  stepsOf,
} from "../condition/index.ts";
import type { Positions } from "./observed.ts";
import { Prefixes } from "./prefixes.ts";
import type { Test } from "./types.ts";

type ByText = Map<string, Array<Test>>;

/** Tests about names and the source's ids: those of one connection, or those of any. */
export interface NameTables {
  readonly externals: ByText;
  readonly names: ByText;
  readonly prefixes: Prefixes<Test>;
  /** Are there any prefixes? */
  hasPrefixes: boolean;
}

/** Tests of one attribute: by the value they wait for, and all others. */
export interface AttributeTables {
  readonly steps: ReadonlyArray<string>;
  readonly values: Map<Json, Array<Test>>;
  readonly others: Array<Test>;
}

export interface Index {
  readonly groups: ByText;
  readonly kinds: ByText;
  readonly connections: ByText;
  readonly domains: ByText;
  readonly anywhere: NameTables;
  readonly within: Map<string, NameTables>;
  readonly attributes: Map<string, AttributeTables>;
  readonly positions: Positions;
}

const nameTables = (): NameTables => ({
  externals: new Map(),
  names: new Map(),
  prefixes: new Prefixes(),
  hasPrefixes: false,
});

/** `tests`: how many there are going to be. */
export const emptyIndex = (tests: number): Index => ({
  groups: new Map(),
  kinds: new Map(),
  connections: new Map(),
  domains: new Map(),
  anywhere: nameTables(),
  within: new Map(),
  attributes: new Map(),
  positions: new Uint32Array(tests),
});

const put = <K>(table: Map<K, Array<Test>>, key: K, test: Test): void => {
  const known = table.get(key);
  if (known === undefined) table.set(key, [test]);
  else known.push(test);
};

const within = (index: Index, slug: string | undefined): NameTables => {
  if (slug === undefined) return index.anywhere;
  const known = index.within.get(slug) ?? nameTables();
  index.within.set(slug, known);
  return known;
};

const putAttribute = (index: Index, wanted: AttributeTest, test: Test): void => {
  const fresh: AttributeTables = { steps: stepsOf(wanted.name), values: new Map(), others: [] };
  const tables = index.attributes.get(wanted.name) ?? fresh;
  index.attributes.set(wanted.name, tables);
  if ("equals" in wanted) put(tables.values, scalarKey(wanted.equals), test);
  else if ("in" in wanted) for (const key of new Set(wanted.in.map(scalarKey))) put(tables.values, key, test);
  else tables.others.push(test);
};

const putName = (index: Index, leaf: { readonly groupName: GroupNameTest }, test: Test): void => {
  const tables = within(index, leaf.groupName.connection);
  if ("equals" in leaf.groupName) {
    put(tables.names, leaf.groupName.equals, test);
    return;
  }
  tables.hasPrefixes = true;
  const prefix =
    test.glob === null ? ("prefix" in leaf.groupName ? leaf.groupName.prefix : "") : literalHead(test.glob);
  tables.prefixes.add(prefix, test);
};

/** Puts a test where whoever may meet it comes by. */
export const putTest = (index: Index, test: Test): void => {
  const { leaf } = test;
  if ("group" in leaf) put(index.groups, leaf.group, test);
  else if ("externalGroup" in leaf)
    put(within(index, leaf.externalGroup.connection).externals, leaf.externalGroup.id, test);
  else if ("groupName" in leaf) putName(index, leaf, test);
  else if ("groupKind" in leaf) put(index.kinds, leaf.groupKind, test);
  else if ("attribute" in leaf) putAttribute(index, leaf.attribute, test);
  else if ("emailDomain" in leaf) put(index.domains, scalarKey(leaf.emailDomain), test);
  else put(index.connections, leaf.connection, test);
};
