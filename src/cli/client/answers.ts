/** What commands read from the server. Times stay text, as the server wrote them. */
import { Schema } from "effect";

const { String: Text, Boolean: Flag, Int, NullOr, Unknown } = Schema;

/** A mapping's document or an event's data: JSON as it is. */

const Json = Unknown;

export const Operator = Schema.Struct({
  id: Text,
  name: Text,
  role: Text,
  organization: NullOr(Text),
  createdAt: Text,
  disabledAt: NullOr(Text),
});
export type Operator = typeof Operator.Type;

export const Guard = Schema.Struct({
  connection: NullOr(Text),
  enabled: Flag,
  accounts: Int,
  percent: Int,
  set: Flag,
});
export type Guard = typeof Guard.Type;

export const Organization = Schema.Struct({
  id: Text,
  slug: Text,
  name: Text,
  project: Text,
  environment: Text,
  isDefault: Flag,
});
export type Organization = typeof Organization.Type;

export const RunStep = Schema.Struct({
  name: Text,
  read: Int,
  added: Int,
  changed: Int,
  removed: Int,
  failed: Int,
  beganMillis: Int,
  endedMillis: NullOr(Int),
});
export type RunStep = typeof RunStep.Type;

export const Run = Schema.Struct({
  id: Text,
  connection: Text,
  state: Text,
  trigger: Text,
  requestedBy: NullOr(Text),
  userId: NullOr(Text),
  groupId: NullOr(Text),
  follows: Flag,
  requestedAt: Text,
  dueAt: NullOr(Text),
  startedAt: NullOr(Text),
  endedAt: NullOr(Text),
  attempts: Int,
  reason: NullOr(Text),
  detail: NullOr(Text),
  failures: Schema.Array(Schema.Struct({ kind: Text, id: Text, detail: Text })),
  steps: Schema.Array(RunStep),
});
export type Run = typeof Run.Type;

export const Sync = Schema.Struct({
  state: Text,
  everySeconds: NullOr(Int),
  dueAt: NullOr(Text),
  lastSuccessAt: NullOr(Text),
  failures: Int,
  quarantinedAt: NullOr(Text),
  reason: NullOr(Text),
  detail: NullOr(Text),
  why: NullOr(Text),
  followSeconds: NullOr(Int),
  followedAt: NullOr(Text),
  changedAt: NullOr(Text),
  lagMillis: NullOr(Int),
  followFailures: Int,
  followReason: NullOr(Text),
  followDetail: NullOr(Text),
  errorRate: Schema.Finite,
  pendingAccounts: Int,
  users: Int,
  groups: Int,
  lastRun: NullOr(Schema.Struct({ id: Text, state: Text, requestedAt: Text, endedAt: NullOr(Text) })),
});
export type Sync = typeof Sync.Type;

export const Connection = Schema.Struct({
  id: Text,
  slug: Text,
  name: Text,
  kind: Text,
  enabled: Flag,
  waits: Flag,
  lifecycleAuthority: NullOr(Flag),
  sameDirectoryAs: Schema.Array(Text),
  forEnvironment: Flag,
  scimUrl: NullOr(Text),
  strict: NullOr(Flag),
  settings: Json,
  sync: NullOr(Sync),
  createdAt: Text,
});
export type Connection = typeof Connection.Type;

export const ConnectionTest = Schema.Struct({
  latencyMillis: NullOr(Schema.Finite),
  version: NullOr(Text),
  sees: Schema.Array(Text),
  lacks: Schema.Array(Schema.Struct({ what: Text, remedy: Text })),
  reason: NullOr(Text),
  detail: NullOr(Text),
});
export type ConnectionTest = typeof ConnectionTest.Type;

export const Diagnosis = Schema.Struct({
  slug: Text,
  ...ConnectionTest.fields,
  sync: NullOr(
    Schema.Struct({
      state: Text,
      everySeconds: NullOr(Int),
      followSeconds: NullOr(Int),
      lastSuccessAt: NullOr(Text),
      reason: NullOr(Text),
      detail: NullOr(Text),
    }),
  ),
  ledger: Schema.Array(
    Schema.Struct({ what: Text, coveredBy: Text, worstSeconds: NullOr(Int), remedy: NullOr(Text) }),
  ),
});
export type Diagnosis = typeof Diagnosis.Type;

/** One request of a client's own test of its connection. `status` is null where nothing answered. */
export const ProbeStep = Schema.Struct({
  step: Text,
  request: Text,
  status: NullOr(Int),
  got: Text,
  ok: Flag,
  millis: Int,
  advice: NullOr(Text),
});
export type ProbeStep = typeof ProbeStep.Type;

export const Probe = Schema.Struct({
  connection: Text,
  as: Text,
  address: Text,
  ok: Flag,
  steps: Schema.Array(ProbeStep),
  notes: Schema.Array(Text),
});
export type Probe = typeof Probe.Type;

export const Recording = Schema.Struct({
  id: Text,
  connectionId: Text,
  createdAt: Text,
  endsAt: Text,
  live: Flag,
  exchanges: Int,
  skipped: Int,
});
export type Recording = typeof Recording.Type;

export const ScimToken = Schema.Struct({
  id: Text,
  label: Text,
  connection: Text,
  createdAt: Text,
  expiresAt: NullOr(Text),
  revokedAt: NullOr(Text),
  lastUsedAt: NullOr(Text),
});
export type ScimToken = typeof ScimToken.Type;

export const EnvironmentToken = Schema.Struct({
  id: Text,
  label: Text,
  project: Text,
  environment: Text,
  createdAt: Text,
  expiresAt: NullOr(Text),
  revokedAt: NullOr(Text),
  lastUsedAt: NullOr(Text),
});
export type EnvironmentToken = typeof EnvironmentToken.Type;

export const ScimSettings = Schema.Struct({ enabled: Flag, domainsOnly: Flag, roles: Flag });
export type ScimSettings = typeof ScimSettings.Type;

export const Domain = Schema.Struct({
  name: Text,
  recordName: Text,
  recordValue: Text,
  createdAt: Text,
  verifiedAt: NullOr(Text),
});
export type Domain = typeof Domain.Type;

export const DomainCheck = Schema.Struct({ domain: Domain, outcome: Text, detail: Text });
export type DomainCheck = typeof DomainCheck.Type;

export const ScimClient = Schema.Struct({
  id: Text,
  label: Text,
  connection: Text,
  createdAt: Text,
  revokedAt: NullOr(Text),
  lastUsedAt: NullOr(Text),
  secrets: Schema.Array(Schema.Struct({ createdAt: Text, expiresAt: NullOr(Text) })),
  assertion: NullOr(
    Schema.Struct({
      issuer: NullOr(Text),
      subject: NullOr(Text),
      audience: NullOr(Text),
      jwksUrl: NullOr(Text),
      jwks: Json,
    }),
  ),
});
export type ScimClient = typeof ScimClient.Type;

export const NewScimClient = Schema.Struct({ id: Text, clientId: Text, clientSecret: NullOr(Text) });
export type NewScimClient = typeof NewScimClient.Type;

export const NewToken = Schema.Struct({ id: Text, token: Text });
export type NewToken = typeof NewToken.Type;

export const Mapping = Schema.Struct({
  version: Int,
  state: Text,
  document: Json,
  createdAt: Text,
  publishedAt: NullOr(Text),
});
export type Mapping = typeof Mapping.Type;

export const ScimSchema = Schema.Struct({
  id: Text,
  resourceType: Text,
  name: Text,
  description: Text,
  document: Json,
});
export type ScimSchema = typeof ScimSchema.Type;

export const Event = Schema.Struct({
  id: Text,
  at: Text,
  type: Text,
  actorKind: Text,
  actorId: NullOr(Text),
  connection: NullOr(Text),
  requestId: NullOr(Text),
  subjectKind: Text,
  subjectId: Text,
  causeId: NullOr(Text),
  data: Json,
});
export type Event = typeof Event.Type;

export const Excluded = Schema.Struct({
  role: Text,
  scope: Text,
  operator: NullOr(Text),
  note: Text,
  at: Text,
  until: NullOr(Text),
});
export type Excluded = typeof Excluded.Type;

export const Reason = Schema.Struct({
  rule: Text,
  because: Text,
  connection: NullOr(Text),
  group: NullOr(Text),
  groupId: NullOr(Text),
  requestId: NullOr(Text),
  cause: NullOr(
    Schema.Struct({ id: Text, at: Text, type: Text, actorKind: Text, actorId: NullOr(Text), data: Json }),
  ),
  actorLabel: NullOr(Text),
  operator: NullOr(Text),
  note: NullOr(Text),
  decidedAt: NullOr(Text),
  until: NullOr(Text),
});
export type Reason = typeof Reason.Type;

const Person = Schema.Struct({
  id: Text,
  connection: Text,
  via: Text,
  active: Flag,
  userName: Text,
  displayName: NullOr(Text),
  email: NullOr(Text),
});

const account = {
  id: Text,
  active: Flag,
  activeBecause: Text,
  createdAt: Text,
  people: Schema.Array(Person),
};

/** An account in a list: its roles without their reasons. */
export const ListedAccount = Schema.Struct({
  ...account,
  roles: Schema.Array(Schema.Struct({ role: Text, scope: Text, since: Text })),
});
export type ListedAccount = typeof ListedAccount.Type;

export const Account = Schema.Struct({
  ...account,
  roles: Schema.Array(
    Schema.Struct({
      role: Text,
      scope: Text,
      since: Text,
      decisionId: Text,
      heldBy: NullOr(Text),
      mappingVersion: NullOr(Int),
      reasons: Schema.Array(Reason),
    }),
  ),
  exclusions: Schema.Array(Excluded),
});
export type Account = typeof Account.Type;

export const AccountPage = Schema.Struct({ items: Schema.Array(ListedAccount), next: NullOr(Text) });
export type AccountPage = typeof AccountPage.Type;

export const Explanation = Schema.Struct({
  account: Account,
  whyNot: Schema.Array(
    Schema.Struct({ rule: Text, connection: Text, blocked: NullOr(Text), failed: Schema.Array(Text) }),
  ),
});
export type Explanation = typeof Explanation.Type;

export const Exception = Schema.Struct({
  id: Text,
  kind: Text,
  subjectKind: Text,
  subjectId: Text,
  connection: NullOr(Text),
  detail: Json,
  advice: Text,
  createdAt: Text,
});
export type Exception = typeof Exception.Type;

export const ListedGroup = Schema.Struct({
  id: Text,
  connection: Text,
  kind: Text,
  name: Text,
  externalId: NullOr(Text),
  above: Schema.Array(Text),
  members: Int,
});
export type ListedGroup = typeof ListedGroup.Type;

export const GroupPage = Schema.Struct({ items: Schema.Array(ListedGroup), next: NullOr(Text) });
