/** What a Keycloak connection must be told. Stored as the encoded form: plain JSON, the secret encrypted around it. */
import { Effect, Schema } from "effect";
import { type Field, field } from "../connector.ts";

const present = Schema.String.check(Schema.isMinLength(1));
const address = Schema.String.check(
  Schema.isPattern(/^https?:\/\/[^\s?#@]+$/, { message: "write an address like https://keycloak.acme.test" }),
);
const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }));

export const Settings = Schema.Struct({
  baseUrl: address,
  realm: present,
  clientId: present,
  clientSecret: Schema.RedactedFromValue(present),
  clientRoles: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
  effectiveRoles: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  organizations: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  pageSize: between(1, 1000).pipe(Schema.withDecodingDefaultKey(Effect.succeed(500))),
  concurrency: between(1, 16).pipe(Schema.withDecodingDefaultKey(Effect.succeed(4))),
  requestsPerSecond: between(0, 1000).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
});
export type Settings = typeof Settings.Type;

export const fields: ReadonlyArray<Field> = [
  field("baseUrl", "Address", "Where Keycloak answers, without /realms: https://keycloak.acme.test", {
    calls: true,
  }),
  field("realm", "Realm", "Name of the realm whose people and groups are read."),
  field("clientId", "Client ID", "A confidential client of that realm with its service account switched on."),
  field("clientSecret", "Client secret", "From the client's Credentials tab.", { secret: true }),
  field("clientRoles", "Read client roles", "Roles of clients as groups; needs view-clients.", {
    type: "boolean",
    default: "true",
  }),
  field(
    "effectiveRoles",
    "Read effective roles",
    "Roles also through groups, groups above them and composite roles, not only those given directly; needs view-clients.",
    { type: "boolean", default: "false" },
  ),
  field(
    "organizations",
    "Read organizations",
    "Keycloak's organizations and their groups as groups; needs view-organizations.",
    { type: "boolean", default: "false" },
  ),
  field("pageSize", "Page size", "People per request, 1 to 1000.", { type: "number", default: "500" }),
  field("concurrency", "Requests at a time", "1 to 16; above 4 Keycloak gets no faster.", {
    type: "number",
    default: "4",
  }),
  field(
    "requestsPerSecond",
    "Requests per second",
    "At most this many start in a second, 1 to 1000; 0 = no limit.",
    { type: "number", default: "0" },
  ),
];
