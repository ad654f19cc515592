/**
 * What a document may cost, counted before anything of it runs. Fragments count as often as they are spread: a
 * few lines can otherwise ask for billions of fields.
 */
import {
  type DocumentNode,
  type GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { hasBadText } from "../http/index.ts";
import { codedError } from "./error.ts";

/** Tokens of the document, as the parser counts them. */
export const maxTokens = 2000;
const maxDepth = 10;
const maxAliases = 50;
const maxRootFields = 50;
const maxSelections = 1000;

type Fragments = ReadonlyMap<string, SelectionSetNode>;

interface Count {
  aliases: number;
  selections: number;
  rootFields: number;
}

const refuse = (what: string, most: number) =>
  codedError("TooLarge", `The document has more than ${most} ${what}. Ask for less in one request.`);

const overLimit = (count: Count, depth: number): GraphQLError | undefined => {
  if (depth > maxDepth) return refuse("levels of fields", maxDepth);
  if (count.aliases > maxAliases) return refuse("aliases", maxAliases);
  if (count.rootFields > maxRootFields) return refuse("fields at its root", maxRootFields);
  return count.selections > maxSelections ? refuse("fields", maxSelections) : undefined;
};

/** What stands below a selection, and how much deeper. graphql itself bounds the depth of introspection. */
const below = (node: SelectionNode, fragments: Fragments) => {
  if (node.kind === Kind.FRAGMENT_SPREAD) return { set: fragments.get(node.name.value), step: 0 };
  const introspects = node.kind === Kind.FIELD && node.name.value.startsWith("__");
  return { set: introspects ? undefined : node.selectionSet, step: node.kind === Kind.FIELD ? 1 : 0 };
};

/** Stops at the first limit, so that counting costs no more than the limits do. */
const countSet = (
  set: SelectionSetNode,
  depth: number,
  count: Count,
  fragments: Fragments,
): GraphQLError | undefined => {
  for (const node of set.selections) {
    count.selections += 1;
    if (node.kind === Kind.FIELD && depth === 1) count.rootFields += 1;
    if (node.kind === Kind.FIELD && node.alias !== undefined) count.aliases += 1;
    const over = overLimit(count, depth);
    if (over !== undefined) return over;
    const next = below(node, fragments);
    const deeper = next.set && countSet(next.set, depth + next.step, count, fragments);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
};

/** The JSON of the body was looked at before; the document's own texts have escapes of their own. */
const badText = (document: DocumentNode): GraphQLError | undefined => {
  let bad = false;
  visit(document, {
    StringValue: ({ value }) => {
      bad ||= hasBadText(value);
    },
  });
  return bad
    ? codedError("InvalidSyntax", "A text in the document holds a NUL or half a surrogate pair.")
    : undefined;
};

/** Why this document is refused, or undefined. */
export const refusal = (document: DocumentNode): GraphQLError | undefined => {
  const fragments: Fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition.selectionSet]),
  );
  const count: Count = { aliases: 0, selections: 0, rootFields: 0 };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const over = countSet(definition.selectionSet, 1, count, fragments);
    if (over !== undefined) return over;
  }
  return badText(document);
};
