/** The discovery documents (RFC 7643 §5–§7), rendered from the table. No nulls: Entra refuses them. */
import type { Attribute, Schema } from "./attribute.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ResourceType } from "./resource-type.ts";

/** How many resources a page has at most, and where the client says nothing. */
export const maxResults = 200;
export const defaultCount = 100;
/** What one bulk request holds at most: operations, and bytes. */
export const maxBulkOperations = 1_000;
export const maxBulkBytes = 8 * 1024 * 1024;
/** How long a cursor may be kept, in seconds. */
export const cursorTimeout = 3_600;

const isText = ({ type }: Attribute) => type === "string" || type === "reference" || type === "binary";

const attributeDocument = (row: Attribute): JsonObject => ({
  name: row.name,
  type: row.type,
  multiValued: row.multiValued,
  description: row.description,
  required: row.required,
  ...(isText(row) ? { caseExact: row.caseExact } : {}),
  mutability: row.mutability,
  returned: row.returned,
  uniqueness: row.uniqueness,
  ...(row.canonicalValues ? { canonicalValues: row.canonicalValues } : {}),
  ...(row.referenceTypes ? { referenceTypes: row.referenceTypes } : {}),
  ...(row.subAttributes ? { subAttributes: row.subAttributes.map(attributeDocument) } : {}),
});

const meta = (baseUrl: string, resourceType: string, path: string): JsonObject => ({
  resourceType,
  location: `${baseUrl}/${path}`,
});

const schemaDocument = (baseUrl: string, schema: Schema): JsonObject => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
  id: schema.id,
  name: schema.name,
  description: schema.description,
  attributes: schema.attributes.map(attributeDocument),
  meta: meta(baseUrl, "Schema", `Schemas/${schema.id}`),
});

/** Every schema in use, each as `/Schemas/{id}` answers it. `baseUrl` has no slash at its end. */
export const schemaDocuments = (baseUrl: string, types: readonly ResourceType[]): readonly JsonObject[] =>
  types.flatMap((type) => [type.schema, ...type.extensions]).map((schema) => schemaDocument(baseUrl, schema));

const resourceTypeDocument = (baseUrl: string, type: ResourceType): JsonObject => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
  id: type.id,
  name: type.name,
  description: type.description,
  endpoint: type.endpoint,
  schema: type.schema.id,
  schemaExtensions: type.extensions.map(({ id }) => ({ schema: id, required: false })),
  meta: meta(baseUrl, "ResourceType", `ResourceTypes/${type.id}`),
});

/** Every resource type, each as `/ResourceTypes/{id}` answers it. */
export const resourceTypeDocuments = (
  baseUrl: string,
  types: readonly ResourceType[],
): readonly JsonObject[] => types.map((type) => resourceTypeDocument(baseUrl, type));

export interface ProviderOptions {
  /** Where people read how to set the connection up. */
  readonly documentationUri?: string;
}

const bearer: Json = {
  type: "oauthbearertoken",
  name: "OAuth Bearer Token",
  description:
    "A bearer token of the connection, in the Authorization header: a long-lived one, or one from the OAuth token endpoint.",
  specUri: "https://www.rfc-editor.org/info/rfc6750",
  primary: true,
};

/** What this endpoint can do (RFC 7643 §5). */
export const serviceProviderConfig = (baseUrl: string, options: ProviderOptions = {}): JsonObject => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
  ...(options.documentationUri ? { documentationUri: options.documentationUri } : {}),
  patch: { supported: true },
  bulk: { supported: true, maxOperations: maxBulkOperations, maxPayloadSize: maxBulkBytes },
  filter: { supported: true, maxResults },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  pagination: {
    cursor: true,
    index: true,
    defaultPaginationMethod: "index",
    defaultPageSize: defaultCount,
    maxPageSize: maxResults,
    cursorTimeout,
  },
  authenticationSchemes: [bearer],
  meta: meta(baseUrl, "ServiceProviderConfig", "ServiceProviderConfig"),
});
