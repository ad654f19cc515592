/** A recording as a file for `test/payloads/journeys`, where each is played against a server of its own. */
import { isJsonObject, type Json, type JsonObject } from "../schema/index.ts";

const header = (exchange: JsonObject): string => JSON.stringify(exchange["headers"] ?? {});

/** The headers that most requests have: the others name theirs. */
const usual = (exchanges: ReadonlyArray<JsonObject>): string => {
  const groups = [...Map.groupBy(exchanges, header)];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? "{}";
};

const createdId = ({ method, path, status, answer }: JsonObject): string | undefined => {
  if (method !== "POST" || status !== 201 || answer === undefined || !isJsonObject(answer)) return undefined;
  const id = answer["id"];
  return /^\/(Users|Groups)\b/i.test(String(path)) && typeof id === "string" ? id : undefined;
};

const stepOf = (exchange: JsonObject, at: number, headers: string, save: string | undefined): JsonObject => {
  const { method = "", path = "", body, status = 0, answer } = exchange;
  const [address = ""] = String(path).split("?");
  const own = header(exchange) === headers ? {} : { headers: exchange["headers"] ?? {} };
  return {
    step: `${at + 1}: ${String(method)} ${address}`,
    request: { method, path, ...own, ...(body === undefined ? {} : { body }) },
    response: { status, ...(answer === undefined ? {} : { body: answer }) },
    ...(save === undefined ? {} : { save: { [save]: "id" } }),
  };
};

/**
 * Ids that an answer gave are named, so that the server which it is played against can give its own. An id from before
 * the recording stays: its requests are answered 404 there.
 */
export const journeyOf = (exchanges: ReadonlyArray<JsonObject>): Json => {
  const headers = usual(exchanges);
  const named = new Map<string, string>();
  const steps = exchanges.map((exchange, at) => {
    const id = createdId(exchange);
    const save = id === undefined ? undefined : `made${at + 1}`;
    if (id !== undefined && save !== undefined) named.set(id, save);
    return stepOf(exchange, at, headers, save);
  });
  const text = JSON.stringify(steps).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, (id) =>
    named.has(id) ? `{{${named.get(id)}}}` : id,
  );
  return {
    name: "A recording",
    source: "recorded by `rolebridge connection record`: every value is a pseudonym",
    headers: JSON.parse(headers),
    steps: JSON.parse(text),
  };
};
