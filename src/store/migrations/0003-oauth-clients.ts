import { Migration } from "@mikro-orm/migrations";
import { tenantTable } from "./tenant.ts";

/** A client signs in with secrets, or with assertions: then the five last columns say what those must hold. */
const client = tenantTable(
  "oauth_client",
  `id uuid not null,
  connection_id uuid not null,
  label text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  last_used_at timestamptz,
  issuer text,
  subject text,
  audience text,
  jwks_url text,
  jwks jsonb,
  primary key (organization_id, id),
  foreign key (organization_id, connection_id) references connection (organization_id, id)`,
);

const secret = tenantTable(
  "oauth_secret",
  `id uuid not null,
  client_id uuid not null,
  hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, client_id) references oauth_client (organization_id, id)`,
);

/** `secret_id`: the secret that it was given for. It ends with it. */
const accessToken = tenantTable(
  "oauth_access_token",
  `id uuid not null,
  client_id uuid not null,
  secret_id uuid,
  hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, client_id) references oauth_client (organization_id, id),
  foreign key (organization_id, secret_id) references oauth_secret (organization_id, id)`,
);

/** Assertions that were used, by the hash of their jti, until nobody would accept them any more. */
const usedAssertion = tenantTable(
  "oauth_used_assertion",
  `client_id uuid not null,
  jti_hash text not null,
  expires_at timestamptz not null,
  primary key (organization_id, client_id, jti_hash),
  foreign key (organization_id, client_id) references oauth_client (organization_id, id)`,
);

const indexes = [
  "create index on oauth_client (organization_id, connection_id)",
  "create index on oauth_secret (organization_id, client_id)",
  "create index on oauth_access_token (organization_id, expires_at)",
  "create index on oauth_used_assertion (organization_id, expires_at)",
];

export class OAuthClients extends Migration {
  override up(): void {
    for (const statement of [...client, ...secret, ...accessToken, ...usedAssertion, ...indexes]) {
      this.addSql(statement);
    }
  }
}
