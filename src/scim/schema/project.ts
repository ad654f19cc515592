/** Which attributes an answer shows (RFC 7644 §3.9, RFC 7643 §7 `returned`). */
import type { Attribute } from "./attribute.ts";
import { isJsonList, isJsonObject, type Json, type JsonObject, type Resource } from "./json.ts";
import { type ResolvedPath, resolvePath } from "./path.ts";
import { attributesOf, isExtension, type ResourceType } from "./resource-type.ts";

export interface Projection {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** Named attributes as a tree; a node without children names the whole attribute. */
type Named = Map<string, Named>;

const plant = (tree: Named, [key, ...rest]: readonly string[]): void => {
  if (key === undefined) return;
  const known = tree.get(key);
  if (known?.size === 0) return;
  const node: Named = known ?? new Map();
  if (rest.length === 0) node.clear();
  tree.set(key, node);
  plant(node, rest);
};

const treeOf = (type: ResourceType, names: readonly string[]): Named => {
  const paths = names
    .map((name) => resolvePath(type, name.trim()))
    .filter((path): path is ResolvedPath => path !== undefined);
  const tree: Named = new Map();
  // Longest first, so that a whole attribute, named beside one of its parts, wins.
  for (const { keys } of paths.toSorted((a, b) => b.keys.length - a.keys.length)) plant(tree, keys);
  return tree;
};

type Choose = (row: Attribute, value: Json) => Json | undefined;

const keep = (rows: readonly Attribute[], object: JsonObject, choose: Choose): JsonObject => {
  const shown: Record<string, Json> = {};
  for (const row of rows) {
    const value = Object.hasOwn(object, row.name) ? object[row.name] : undefined;
    if (value === undefined || row.returned === "never") continue;
    const chosen = choose(row, value);
    if (chosen !== undefined) shown[row.name] = chosen;
  }
  return shown;
};

const inside = (row: Attribute, value: Json, choose: Choose): Json => {
  if (isJsonList(value)) return value.map((each) => inside(row, each, choose));
  return isJsonObject(value) ? keep(row.subAttributes ?? [], value, choose) : value;
};

const hasContent = (value: Json): boolean => !isJsonObject(value) || Object.keys(value).length > 0;

const byDefault: Choose = (row, value) => {
  const part = row.returned === "request" ? {} : inside(row, value, byDefault);
  return hasContent(part) ? part : undefined;
};

/** What of an extension is shown whoever asks for what: its attributes are the resource's own (RFC 7643 §3.3). */
const alwaysOf: Choose = (row, value) => {
  if (!isExtension(row)) return undefined;
  const part = inside(row, value, (each, its) =>
    each.returned === "always" ? inside(each, its, byDefault) : undefined,
  );
  return hasContent(part) ? part : undefined;
};

const only =
  (tree: Named): Choose =>
  (row, value) => {
    const node = tree.get(row.name);
    if (row.returned === "always" || node?.size === 0) return inside(row, value, byDefault);
    if (node === undefined) return alwaysOf(row, value);
    const part = inside(row, value, only(node));
    return hasContent(part) ? part : undefined;
  };

const except =
  (tree: Named): Choose =>
  (row, value) => {
    const node = tree.get(row.name);
    if (row.returned === "always" || node === undefined) return byDefault(row, value);
    return node.size === 0 ? alwaysOf(row, value) : inside(row, value, except(node));
  };

/**
 * The resource as a client asked to see it. Names may be dotted, URN-qualified and in any capitalisation; unknown
 * ones are ignored. `attributes` wins over `excludedAttributes`. `returned: always` is never left out and `never`
 * never shown (RFC 7644 §3.9).
 */
export const project = (type: ResourceType, resource: Resource, asked: Projection = {}): Resource => {
  const { attributes = [], excludedAttributes = [] } = asked;
  const choose =
    attributes.length > 0 ? only(treeOf(type, attributes)) : except(treeOf(type, excludedAttributes));
  return keep(attributesOf(type), resource, choose);
};
