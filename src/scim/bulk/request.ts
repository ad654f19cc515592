/** Reads a BulkRequest. What is wrong with one operation is answered for that one alone. */
import { Result } from "effect";
import { InvalidSyntax, InvalidValue } from "../../domain/index.ts";
import { TooManyOperations } from "../failure.ts";
import { isList, isObject, maxBulkOperations, pick, type Unread } from "../schema/index.ts";

const bulkUrn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

export interface BulkOperation {
  readonly method: string;
  readonly path: string;
  readonly bulkId?: string;
  readonly version?: string;
  readonly data: unknown;
  /** Why it cannot be performed, whatever the others do. */
  readonly wrong?: InvalidSyntax;
}

export interface BulkRequest {
  readonly operations: ReadonlyArray<BulkOperation>;
  /** After this many errors nothing more is done. */
  readonly failOnErrors: number;
}

const methods = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const collection = /^\/(Users|Groups)\/?$/;
const member = /^\/(Users|Groups)\/[^/?#]+$/;

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const wrongWith = ({ method, path, bulkId, data }: BulkOperation): string | undefined => {
  if (!methods.has(method)) return '"method" is POST, PUT, PATCH or DELETE.';
  if (method === "POST" && (bulkId ?? "") === "") return 'A POST needs a "bulkId".';
  if (method === "POST" && !collection.test(path)) return '"path" of a POST is /Users or /Groups.';
  if (method !== "POST" && !member.test(path)) return `"path" of a ${method} is /Users/{id} or /Groups/{id}.`;
  return method !== "DELETE" && !isObject(data) ? `A ${method} needs "data".` : undefined;
};

/** A version that is no text would else be no condition at all, and the change be made whatever the version is. */
const misplaced = (sent: Unread): string | undefined =>
  ["bulkId", "version"]
    .filter((name) => !["string", "undefined"].includes(typeof (pick(sent, name) ?? undefined)))
    .map((name) => `"${name}" is a text.`)[0];

const operationOf = (sent: Unread): BulkOperation => {
  const bulkId = textOf(pick(sent, "bulkId"));
  const version = textOf(pick(sent, "version"));
  const operation = {
    method: textOf(pick(sent, "method"))?.toUpperCase() ?? "",
    path: textOf(pick(sent, "path")) ?? "",
    data: pick(sent, "data"),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version }),
  };
  const detail = misplaced(sent) ?? wrongWith(operation);
  return detail === undefined ? operation : { ...operation, wrong: new InvalidSyntax({ detail }) };
};

const namesBulk = (body: Unread): boolean => {
  const schemas = pick(body, "schemas");
  return isList(schemas) && schemas.includes(bulkUrn);
};

/** Two resources of one name: nobody could tell which of them a reference means. */
const twice = (operations: ReadonlyArray<BulkOperation>): string | undefined => {
  const seen = new Set<string>();
  for (const { method, bulkId } of operations) {
    if (method !== "POST" || bulkId === undefined) continue;
    if (seen.has(bulkId)) return bulkId;
    seen.add(bulkId);
  }
  return undefined;
};

const syntax = (detail: string) => Result.fail(new InvalidSyntax({ detail }));

const operationsOf = (
  body: Unread,
): Result.Result<ReadonlyArray<BulkOperation>, InvalidSyntax | TooManyOperations> => {
  const sent = pick(body, "Operations");
  if (!isList(sent) || sent.length === 0) return syntax('"Operations" must be an array of operations.');
  if (sent.length > maxBulkOperations) {
    const detail = `A bulk request has at most ${maxBulkOperations} operations (maxOperations). Send less in one.`;
    return Result.fail(new TooManyOperations({ detail }));
  }
  const objects = sent.filter(isObject);
  if (objects.length < sent.length) return syntax("Every operation must be an object.");
  const operations = objects.map(operationOf);
  const again = twice(operations);
  return again === undefined
    ? Result.succeed(operations)
    : syntax(`The bulkId "${again.slice(0, 100)}" is used twice. Each must be unique in its request.`);
};

/**
 * The operations of a BulkRequest. Fails as a whole with InvalidSyntax when it is none or a bulkId is used twice,
 * with InvalidValue for a `failOnErrors` below 1, with TooManyOperations for more than are announced.
 */
export const readBulk = (
  body: unknown,
): Result.Result<BulkRequest, InvalidSyntax | InvalidValue | TooManyOperations> => {
  if (!isObject(body) || !namesBulk(body)) return syntax(`Send a JSON object with ${bulkUrn} in "schemas".`);
  const failOnErrors = pick(body, "failOnErrors") ?? Number.MAX_SAFE_INTEGER;
  if (typeof failOnErrors !== "number" || !Number.isSafeInteger(failOnErrors) || failOnErrors < 1) {
    return Result.fail(new InvalidValue({ detail: '"failOnErrors" must be an integer of 1 or more.' }));
  }
  return Result.map(operationsOf(body), (operations) => ({ operations, failOnErrors }));
};
