/** YAML 1.2 without what makes it dangerous: no tags of its own, no bombs of aliases, no key twice. */
import { Result } from "effect";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Path } from "../../../domain/index.ts";

const mostBytes = 1_048_576;
const mostAliases = 100;
const deepest = 64;

export interface Parsed {
  readonly value: unknown;
  /** `line 3, column 5` of what the path leads to, or of the last thing on the way that is there. */
  readonly place: (path: Path) => string;
}

const tooDeep = `Nest at most ${deepest} levels deep.`;

/** The library wants a message per line and shows what stands there: it may be a secret. */
const firstLine = (text: string): string => text.split("\n", 1)[0]?.trim() ?? "";

type Tree = Document.Parsed;

const childrenOf = (node: unknown): ReadonlyArray<unknown> => {
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [key, value]);
  return isSeq(node) ? node.items : [];
};

const badKey = (node: unknown): unknown =>
  isMap(node)
    ? node.items
        .map(({ key }) => key)
        .find((key) => !isScalar(key) || typeof key.value !== "string" || key.value === "__proto__")
    : undefined;

/** What keeps a tree from being used, with the node it is about. Walks level by level: no stack is used up. */
const problemIn = ({ contents }: Tree): readonly [string, unknown] | undefined => {
  let level: ReadonlyArray<unknown> = [contents];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return [tooDeep, level[0]];
    for (const node of level) {
      const key = badKey(node);
      if (key !== undefined) return ["Use a text as the key, and not __proto__.", key];
    }
    level = level.flatMap(childrenOf);
  }
  return undefined;
};

const startOf = (node: unknown): number => {
  const range = typeof node === "object" && node !== null ? Reflect.get(node, "range") : undefined;
  return Array.isArray(range) ? Number(range[0]) : 0;
};

const stepInto = (tree: Tree, from: unknown, key: PropertyKey): unknown => {
  const node = isAlias(from) ? from.resolve(tree) : from;
  if (isSeq(node)) return node.items[Number(key)];
  if (!isMap(node)) return undefined;
  const pair = node.items.find((one) => isScalar(one.key) && one.key.value === key);
  return pair?.value ?? pair?.key;
};

const nodeAt = (tree: Tree, path: Path): unknown => {
  let at: unknown = tree.contents;
  for (const key of path) {
    const next = stepInto(tree, at, key);
    if (next === undefined || next === null) return at;
    at = next;
  }
  return at;
};

const toPlain = (tree: Tree, counter: LineCounter): Result.Result<Parsed, string> => {
  const place = (node: unknown) => {
    const { line, col } = counter.linePos(startOf(node));
    return `line ${line}, column ${col}`;
  };
  const [wrong] = [...tree.errors, ...tree.warnings];
  if (wrong !== undefined) {
    const { line, col } = counter.linePos(wrong.pos[0]);
    return Result.fail(`line ${line}, column ${col}: ${firstLine(wrong.message)}.`);
  }
  const problem = problemIn(tree);
  if (problem !== undefined) return Result.fail(`${place(problem[1])}: ${problem[0]}`);
  const value: unknown = tree.toJS({ maxAliasCount: mostAliases });
  return Result.succeed({ value, place: (path: Path) => place(nodeAt(tree, path) as Node) });
};

/** What the text says; or in a sentence why it is not taken. The sentence repeats nothing of the text. */
export const parseYaml = (text: string): Result.Result<Parsed, string> => {
  if (Buffer.byteLength(text) > mostBytes) return Result.fail("A document has at most 1 MiB.");
  const counter = new LineCounter();
  const parsed = Result.try({
    try: () =>
      toPlain(
        parseDocument(text, {
          version: "1.2",
          schema: "core",
          resolveKnownTags: false,
          merge: false,
          uniqueKeys: true,
          prettyErrors: false,
          lineCounter: counter,
        }),
        counter,
      ),
    catch: (error) =>
      error instanceof RangeError
        ? tooDeep
        : `It uses more than ${mostAliases} aliases, or one that is not there.`,
  });
  return Result.flatMap(parsed, (one) => one);
};
