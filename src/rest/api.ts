/** The addresses, each with what it takes and what it answers: from this the routes and the OpenAPI document are made. */
import { Schema } from "effect";
import {
  HttpApi,
  HttpApiEndpoint,
  HttpApiGroup,
  HttpApiMiddleware,
  HttpApiSchema,
  HttpApiSecurity,
  OpenApi,
} from "effect/http-api";
import { hasBadText } from "../http/index.ts";
import {
  Account,
  ambiguous,
  Brought,
  Login,
  notAccepted,
  Permission,
  problems,
  Roles,
  SignedIn,
} from "./schema.ts";

/** Gives the request an id, and its own form to whatever goes wrong. */
export class Edge extends HttpApiMiddleware.Service<Edge>()("rolebridge/rest/Edge") {}

/** Says in the document what is to be sent. It is checked where the answer is read, in the same transaction. */
export class Secured extends HttpApiMiddleware.Service<Secured>()("rolebridge/rest/Secured", {
  security: {
    application: HttpApiSecurity.bearer.pipe(
      HttpApiSecurity.annotate(OpenApi.Description, "A secret of the application."),
    ),
  },
}) {}

const cached = <S extends Schema.Top>(schema: S) =>
  [
    HttpApiSchema.WithHeaders(schema, { etag: Schema.String, "cache-control": Schema.String }),
    HttpApiSchema.Empty(304).annotate({ description: "As the If-None-Match of the request says." }),
  ] as const;

const headers = {
  "if-none-match": Schema.optionalKey(Schema.String).annotate({
    description: "ETags of earlier answers: where one is right still, the answer is 304.",
  }),
};

/** Text that a database can keep. */
const sound = (most: number) =>
  Schema.String.check(
    Schema.isMinLength(1),
    Schema.isMaxLength(most),
    Schema.makeFilter((given: string) => !hasBadText(given) || "use text without NUL"),
  );

const account = Schema.String.annotate({
  description: "The account's id: the subject of a login, or what GET /v1/accounts gave.",
});

const find = HttpApiEndpoint.get("findAccount", "/v1/accounts", {
  query: {
    userName: Schema.optionalKey(sound(1_000)).annotate({
      description: "In any case. What somebody calls themselves at a login finds nobody.",
    }),
    externalId: Schema.optionalKey(sound(1_000)).annotate({
      description: "The source's own id of the person, character by character. Together with connection.",
    }),
    connection: Schema.optionalKey(sound(63)).annotate({ description: "Whose externalId it is." }),
  },
  headers,
  success: cached(Account),
  error: [...problems, ambiguous],
}).annotateMerge(OpenApi.annotations({ summary: "Finds one account by userName, or by externalId." }));

const roles = HttpApiEndpoint.get("readRoles", "/v1/accounts/:account/roles", {
  params: { account },
  headers,
  success: cached(Roles),
  error: problems,
}).annotateMerge(OpenApi.annotations({ summary: "The roles of an account, each with its reasons." }));

const permission = HttpApiEndpoint.get("mayDo", "/v1/accounts/:account/permissions/:permission", {
  params: { account, permission: Schema.String },
  query: {
    scope: Schema.optionalKey(sound(255)).annotate({
      description: "Where it is to be done. Without one, only roles that are limited to no scope count.",
    }),
  },
  headers,
  success: cached(Permission),
  error: problems,
}).annotateMerge(OpenApi.annotations({ summary: "May the account do this, and by which of its roles?" }));

export const Accounts = HttpApiGroup.make("accounts")
  .add(find, roles, permission)
  .middleware(Secured)
  .middleware(Edge);

const login = HttpApiEndpoint.get("readLogin", "/v1/logins/:login", {
  params: {
    login: Schema.String.annotate({ description: "The login that POST /login/exchange gave." }),
  },
  headers,
  success: cached(Login),
  error: problems,
}).annotateMerge(OpenApi.annotations({ summary: "Does the session go on that began with this login?" }));

const verify = HttpApiEndpoint.post("verifyLogin", "/v1/connections/:connection/logins/verify", {
  params: { connection: Schema.String.annotate({ description: "The slug of the connection." }) },
  payload: Brought,
  success: SignedIn,
  error: [...problems, notAccepted],
}).annotateMerge(
  OpenApi.annotations({ summary: "Signs in by a provider's reply that the product got for itself." }),
);

export const Logins = HttpApiGroup.make("logins").add(login, verify).middleware(Secured).middleware(Edge);

export const Api = HttpApi.make("rolebridge")
  .add(Accounts)
  .add(Logins)
  .annotateMerge(OpenApi.annotations({ title: "Rolebridge", version: "1" }));
