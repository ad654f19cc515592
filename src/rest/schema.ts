/** What stands in the answers. */
import { Schema } from "effect";
import { HttpApiSchema } from "effect/http-api";
import { sessionEnds } from "../domain/index.ts";

const text = (description: string) => Schema.String.annotate({ description });
const optional = (description: string) => Schema.NullOr(Schema.String).annotate({ description });
const instant = Schema.String.annotate({ format: "date-time" });
const ending = (description: string) => Schema.NullOr(instant).annotate({ description });

const Reason = Schema.Struct({
  rule: text("A rule's id, or default:CONNECTION, grant:ID, invitation:ID."),
  because: text("The fact that the rule looked at, without personal values: group, attribute department."),
  connection: optional("Who said it; null where an operator decided about the account itself."),
  group: optional("The group's name."),
  groupId: optional("The group's id here."),
  person: optional("The userName that the connection gives the person."),
  until: ending("When the reason ends by itself."),
}).annotate({ identifier: "Reason" });

const scope = optional("What the role is limited to; null where it is not limited.");

const Role = Schema.Struct({
  role: Schema.String,
  scope,
  since: instant,
  until: ending("When the last reason ends by itself; null where one has no end."),
  held: Schema.Boolean.annotate({
    description: "The guard keeps it until somebody has looked, though the facts no longer give it.",
  }),
  reasons: Schema.Array(Reason),
}).annotate({ identifier: "Role" });

const state = {
  account: text("The account's id. Another than was asked for, where that one was merged into it."),
  active: Schema.Boolean,
  activeBecause: text("Why it is active or not."),
};

export const Roles = Schema.Struct({ ...state, roles: Schema.Array(Role) }).annotate({ identifier: "Roles" });
export type Roles = typeof Roles.Type;

const Person = Schema.Struct({
  connection: text("Who says it."),
  active: Schema.Boolean,
  userName: Schema.String,
  displayName: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
}).annotate({ identifier: "Person" });

export const Account = Schema.Struct({ ...state, people: Schema.Array(Person) }).annotate({
  identifier: "Account",
});
export type Account = typeof Account.Type;

export const Permission = Schema.Struct({
  ...state,
  permission: Schema.String,
  scope,
  allowed: Schema.Boolean,
  because: Schema.Array(Schema.Struct({ role: Schema.String, scope })).annotate({
    description: "The roles that give the permission; empty where it is not allowed.",
  }),
}).annotate({ identifier: "Permission" });
export type Permission = typeof Permission.Type;

export const Login = Schema.Struct({
  login: Schema.String,
  active: Schema.Boolean.annotate({ description: "Does the session go on?" }),
  endedBecause: Schema.NullOr(Schema.Literals(sessionEnds)).annotate({
    description:
      "logout: they left the provider. inactive: the account was deactivated since, or is not this person's any more. connection: it was disabled since. lapsed: its time is over.",
  }),
  subject: text("The account's id."),
  roles: Schema.Array(Schema.Struct({ role: Schema.String, scope })).annotate({
    description: "As they are now; none where the session has ended.",
  }),
  expiresAt: ending("When it ends by itself."),
}).annotate({ identifier: "Login" });
export type Login = typeof Login.Type;

/** No longer than what a reply of this kind may be. */
const given = (description: string, most: number) =>
  Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(most)).annotate({ description });

const IdToken = Schema.Struct({
  idToken: given("As the provider's token endpoint gave it.", 131_072),
  nonce: given("With which this very login was begun, from the person's session.", 1_024),
  accessToken: Schema.optionalKey(
    given("For what the provider tells at its userinfo endpoint only.", 131_072),
  ),
}).annotate({ identifier: "BroughtIdToken" });

const SamlResponse = Schema.Struct({
  samlResponse: given("The field SAMLResponse as it came: base64.", 700_000),
  requestId: given("The ID of the AuthnRequest, from the person's session.", 1_024),
  recipient: given("The address that it came to: one of the connection's accepted recipients.", 2_048),
}).annotate({ identifier: "BroughtSamlResponse" });

export const Brought = Schema.Union([IdToken, SamlResponse]).annotate({ identifier: "Brought" });
export type Brought = typeof Brought.Type;

export const SignedIn = Schema.Struct({
  subject: text("The account's id."),
  userName: Schema.String,
  displayName: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  roles: Schema.Array(Schema.Struct({ role: Schema.String, scope })),
  expiresAt: ending("When the session ends by itself."),
  login: text("For GET /v1/logins/{login}: does the session go on?"),
  organization: Schema.Struct({ id: Schema.String, slug: Schema.String, name: Schema.String }),
}).annotate({ identifier: "SignedIn" });

const Problem = Schema.Struct({
  type: Schema.String,
  title: Schema.String,
  status: Schema.Int,
  detail: text("One sentence that says what to do."),
}).annotate({ identifier: "Problem", description: "RFC 9457." });

const asProblem = <S extends Schema.Top>(schema: S, status: number) =>
  schema.pipe(
    HttpApiSchema.status(status),
    HttpApiSchema.asJson({ contentType: "application/problem+json" }),
  );

const problem = (status: number, description: string) => asProblem(Problem.annotate({ description }), status);

/** What every address may answer. */
export const problems = [
  problem(400, "The request cannot be understood."),
  problem(401, "No live secret of an application."),
  problem(404, "Not there, or of another organization."),
  problem(
    429,
    "Too many bad credentials of this address, or too many requests of this organization at once.",
  ),
  problem(503, "Busy: try again."),
] as const;

export const notAccepted = asProblem(
  Schema.Struct({
    ...Problem.fields,
    reference: text("Leads whoever runs Rolebridge to what was looked at: rolebridge login show REFERENCE."),
  }).annotate({
    identifier: "Refusal",
    description: "The reply is not accepted, or its person may not come in.",
  }),
  422,
);

export const ambiguous = problem(409, "Several accounts fit.");
