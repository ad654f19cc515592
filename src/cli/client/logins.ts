/** What the server says of applications and logins. */
import { Schema } from "effect";

const Text = Schema.String;

export const Application = Schema.Struct({
  slug: Text,
  name: Text,
  returnAddresses: Schema.Array(Text),
  secrets: Schema.Int,
  createdAt: Text,
});
export type Application = typeof Application.Type;

export const ApplicationSecret = Schema.Struct({ slug: Text, secret: Text });

const Roles = Schema.Array(Schema.Struct({ role: Text, scope: Schema.NullOr(Text) }));

export const LoginTestAddress = Schema.Struct({ url: Text, until: Text });

export const Login = Schema.Struct({
  id: Text,
  at: Text,
  connection: Text,
  application: Schema.NullOr(Text),
  account: Schema.NullOr(Text),
  outcome: Text,
  active: Schema.NullOr(Schema.Boolean),
  endedBecause: Schema.NullOr(Text),
  endedAt: Schema.NullOr(Text),
  tested: Schema.NullOr(
    Schema.Struct({
      passed: Schema.Boolean,
      person: Schema.NullOr(Text),
      groups: Schema.NullOr(Schema.Array(Text)),
      rolesBefore: Roles,
      rolesAfter: Schema.NullOr(Roles),
    }),
  ),
  checks: Schema.Array(Schema.Struct({ name: Text, passed: Schema.Boolean, detail: Schema.NullOr(Text) })),
});
export type Login = typeof Login.Type;

export const LoginSettings = Schema.Struct({
  provisioning: Text,
  lapseDays: Schema.Int,
  domains: Schema.Array(Text),
});

export const MetadataDifference = Schema.Struct({
  hash: Schema.NullOr(Schema.String),
  settings: Schema.Array(Schema.Struct({ name: Schema.String, before: Schema.String, after: Schema.String })),
  certificates: Schema.Array(
    Schema.Struct({
      fingerprint: Schema.String,
      validFrom: Schema.String,
      validUntil: Schema.String,
      change: Schema.String,
    }),
  ),
});
export type MetadataDifference = typeof MetadataDifference.Type;

export const LoginKey = Schema.Struct({
  state: Text,
  fingerprint: Text,
  validFrom: Text,
  validUntil: Text,
  certificate: Text,
});
export type LoginKey = typeof LoginKey.Type;
