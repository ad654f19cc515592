/** What the endpoint says about itself (RFC 7644 §4). */
import { Effect } from "effect";
import { Forbidden, NotFound } from "../domain/index.ts";
import type { ScimAnswer, ScimContext } from "./context.ts";
import { listResponse } from "./query/index.ts";
import {
  type JsonObject,
  Role,
  resourceTypeDocuments,
  schemaDocuments,
  serviceProviderConfig,
} from "./schema/index.ts";

const noFilter = new Forbidden({ detail: "Discovery answers have no filter (RFC 7644 §4). Leave it out." });

const one = (documents: ReadonlyArray<JsonObject>, kind: string, id: string) => {
  const body = documents.find((document) => String(document["id"]).toLowerCase() === id.toLowerCase());
  return body === undefined
    ? Effect.fail(new NotFound({ kind, id }))
    : Effect.succeed({ status: 200, body } satisfies ScimAnswer);
};

const documents = (
  kind: "Schema" | "ResourceType",
  all: ReadonlyArray<JsonObject>,
  id: string | undefined,
) => (id === undefined ? Effect.succeed(listResponse(all, all.length)) : one(all, kind, id));

export const readDiscovery = Effect.fn("readDiscovery")(function* (
  { query, baseUrl, types, dialect, roles }: ScimContext,
  name: "ServiceProviderConfig" | "Schemas" | "ResourceTypes",
  id: string | undefined,
) {
  if (query.has("filter")) return yield* noFilter;
  const all = [types.User, types.Group, ...(roles ? [Role] : [])];
  if (name === "Schemas") return yield* documents("Schema", schemaDocuments(baseUrl, all), id);
  if (name === "ResourceTypes")
    return yield* documents("ResourceType", resourceTypeDocuments(baseUrl, all), id);
  const body = { ...serviceProviderConfig(baseUrl), ...dialect.announced };
  return { status: 200, body } satisfies ScimAnswer;
});
