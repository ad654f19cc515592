/** References by bulkId (RFC 7644 §3.7.2): who needs whom, in which order to go, and putting the ids in. */
import { isList, isObject } from "../schema/index.ts";
import type { BulkOperation } from "./request.ts";

const marker = "bulkId:";

/** In a filter such as `members[value eq "bulkId:x"]` the reference stands in quotes. */
const quoted = /"bulkId:([^"\\]*)"/g;
const inPath = /^(\/(?:Users|Groups)\/)bulkId:(.+)$/;

type Substitute = (bulkId: string) => string;

/** Where RFC 7643 §2.3.7 has a reference, or the id beside it. Anywhere else such a text is only a text. */
const references = new Set(["value", "$ref", "manager"]);

const inText = (text: string, key: string, substitute: Substitute): string => {
  if (references.has(key) && text.startsWith(marker)) return substitute(text.slice(marker.length));
  return key === "path" ? text.replace(quoted, (_, bulkId: string) => `"${substitute(bulkId)}"`) : text;
};

const inValue = (value: unknown, key: string, substitute: Substitute): unknown => {
  if (typeof value === "string") return inText(value, key, substitute);
  if (isList(value)) return value.map((each) => inValue(each, key, substitute));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, inValue(each, name.toLowerCase(), substitute)]),
  );
};

/** The operation with every reference, in its data and in its path, replaced. */
export const substituted = (operation: BulkOperation, substitute: Substitute): BulkOperation => ({
  ...operation,
  path: operation.path.replace(inPath, (_, before: string, bulkId: string) => before + substitute(bulkId)),
  data: inValue(operation.data, "", substitute),
});

/** The bulkIds that an operation refers to. */
export const referencesOf = (operation: BulkOperation): ReadonlySet<string> => {
  const found = new Set<string>();
  substituted(operation, (bulkId) => {
    found.add(bulkId);
    return bulkId;
  });
  return found;
};

export interface Plan {
  /** Places in the request, in the order to perform them: as sent, but what is referred to comes before. */
  readonly order: ReadonlyArray<number>;
  /** Those that need each other in a circle, or need one that does. */
  readonly circular: ReadonlySet<number>;
}

/** Goes through the request once, fetching what an operation needs before it. Each operation is visited once. */
export const planOf = (operations: ReadonlyArray<BulkOperation>): Plan => {
  const creators = new Map(
    operations.flatMap(({ method, bulkId }, at) =>
      method === "POST" && bulkId !== undefined ? [[bulkId, at] as const] : [],
    ),
  );
  const needs = operations.map((operation) =>
    [...referencesOf(operation)].flatMap((bulkId) => creators.get(bulkId) ?? []),
  );
  const state = new Map<number, "open" | "done">();
  const order: Array<number> = [];
  const circular = new Set<number>();
  const visit = (at: number): void => {
    if (state.has(at)) return;
    state.set(at, "open");
    for (const need of needs[at] ?? []) {
      visit(need);
      if (state.get(need) === "open" || circular.has(need)) circular.add(at);
    }
    state.set(at, "done");
    order.push(at);
  };
  operations.forEach((_, at) => {
    visit(at);
  });
  return { order, circular };
};
