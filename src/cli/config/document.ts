/** The form of the document. */
import { Schema } from "effect";
import {
  PushSettings,
  provisionings,
  pushedKinds,
  pushFields,
  pushModes,
  RoleKey,
  RolePermission,
  Slug,
} from "../../domain/index.ts";
import { AnyCondition, isScope, Mapping, Rule } from "../../mapping/index.ts";
import { followText, secondsOf } from "../reading/index.ts";
import { readable, uniqueBy } from "./rules.ts";

const { String: Text, Boolean: Flag, optionalKey } = Schema;

/** The kinds of connections as people write them. */
export const kinds = ["scim", "keycloak", "zitadel", "saml", "oidc", "scim-client"] as const;

const most = 1000;
const listOf = <S extends Schema.Constraint>(item: S) =>
  Schema.Array(item).check(Schema.isMaxLength(most, { message: `use at most ${most} items` }));

const Name = Text.check(readable(1, 100));
const Description = Text.check(readable(0, 1000));
const ScopeKey = Text.check(
  readable(1, 255),
  Schema.makeFilter((text: string) => isScope(text) || "leave out space at the ends"),
);

const Role = Schema.Struct({
  key: RoleKey,
  name: optionalKey(Name.annotate({ description: "For people; by default the key." })),
  description: optionalKey(Description),
  permissions: optionalKey(listOf(RolePermission)),
  reserved: optionalKey(
    Flag.annotate({
      description: "Never given by prefix, glob, groupKind or a default, and granted by owners only.",
    }),
  ),
});

const Ladder = Schema.Struct({
  name: Slug,
  roles: listOf(RoleKey)
    .check(Schema.isMinLength(2, { message: "name two or more roles" }))
    .check(uniqueBy((role: string) => role, "role"))
    .annotate({ description: "The lowest first." }),
});

const Scope = Schema.Struct({ key: ScopeKey, description: optionalKey(Description) });

/** What stands in for a secret: it is read where the command line runs. */
export const Reference = Schema.Union([
  Schema.Struct({
    env: Text.check(
      Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { message: "use the name of a variable" }),
    ),
  }),
  Schema.Struct({ file: Text.check(Schema.isMinLength(1), Schema.isMaxLength(1000)) }),
]).annotate({
  message:
    "never write a secret here; say where it is: secret: {env: NAME_OF_A_VARIABLE} or secret: {file: PATH}",
  description: "Where the command line finds it. Without one, the secret that is stored stays.",
});
export type Reference = typeof Reference.Type;

const SettingValue = Schema.Union([Text, Schema.Finite, Flag]).annotate({
  message: "use a text, a number, true or false",
});

const isEvery = (text: string): boolean | string => {
  const seconds = secondsOf(text);
  const message = "use a time from 1m to 24h, such as 90s, 15m or 1h, or off";
  return seconds === null || (seconds !== undefined && seconds >= 60 && seconds <= 86_400) || message;
};

const PushedRole = Schema.Struct({
  role: RoleKey,
  scope: optionalKey(ScopeKey.annotate({ description: "By default: where the role is not limited." })),
  group: PushSettings.fields.roles.value.fields.group.annotate({
    description: "The outside system's own id of the group or role.",
  }),
  kind: optionalKey(
    Schema.Literals(pushedKinds).annotate({
      message: `use one of ${pushedKinds.join(", ")}; by default group`,
    }),
  ),
});

const Push = Schema.Struct({
  mode: Schema.Literals(pushModes).annotate({ message: `use one of ${pushModes.join(", ")}` }),
  creates: optionalKey(PushSettings.fields.creates),
  leaving: optionalKey(PushSettings.fields.leaving),
  owns: optionalKey(listOf(Schema.Literals(pushFields))),
  drift: optionalKey(PushSettings.fields.drift),
  roles: optionalKey(listOf(PushedRole)),
}).annotate({ description: "What is written into its system. Without it, what is set there stays." });

const Login = Schema.Struct({
  provisioning: optionalKey(
    Schema.Literals(provisionings).annotate({
      message: `use one of ${provisionings.join(", ")}`,
      description: "Whom a login may bring in.",
    }),
  ),
  lapseDays: optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 })).annotate({
      description: "Days that what a login said is believed.",
    }),
  ),
  domains: optionalKey(
    listOf(Text.check(readable(1, 253)))
      .check(uniqueBy((domain: string) => domain, "domain"))
      .annotate({ description: "Verified domains whose people are led to it. The list is the whole." }),
  ),
}).annotate({ description: "How logins are taken. Only of a connection that people sign in through." });

const Connection = Schema.Struct({
  slug: Slug,
  kind: Schema.Literals(kinds).annotate({ message: `use one of ${kinds.join(", ")}` }),
  name: optionalKey(Name.annotate({ description: "For people; by default the slug." })),
  enabled: optionalKey(Flag),
  settings: optionalKey(
    Schema.Record(Text, SettingValue).annotate({ description: "Those of its kind, without secrets." }),
  ),
  secret: optionalKey(Reference),
  lifecycleAuthority: optionalKey(
    Schema.NullOr(Flag).annotate({
      description: "May it say that an account is inactive? null: as its kind does by default.",
    }),
  ),
  sameDirectoryAs: optionalKey(listOf(Slug)),
  strict: optionalKey(Flag.annotate({ description: "Only of a SCIM connection." })),
  every: optionalKey(
    Text.check(Schema.makeFilter(isEvery)).annotate({
      description: "How often it is read: 1m to 24h, or off for only when asked.",
    }),
  ),
  firstSync: optionalKey(
    Schema.Literal("planned").annotate({
      description:
        "As it is added, it counts only when the plan of its first sync is applied. Says nothing of one that is there.",
    }),
  ),
  push: optionalKey(Push),
  login: optionalKey(Login),
  follow: optionalKey(
    Text.check(Schema.makeFilter(followText)).annotate({
      description: "How often its system is asked what changed: 1s to 1h, or off. Only where it tells.",
    }),
  ),
});

const Application = Schema.Struct({
  slug: Slug,
  name: optionalKey(Name.annotate({ description: "For people; by default the slug." })),
  returnAddresses: listOf(Text.check(Schema.isMinLength(1), Schema.isMaxLength(1000)))
    .check(Schema.isMinLength(1, { message: "give one or more addresses" }))
    .check(uniqueBy((address: string) => address, "address"))
    .annotate({
      description: "Where people may be sent back to, character by character. The list is the whole.",
    }),
});

const limits = {
  enabled: optionalKey(Flag),
  accounts: optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
  percent: optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
};

const Guard = Schema.Struct({
  organization: optionalKey(
    Schema.Struct(limits).annotate({ description: "Without it the usual limits count." }),
  ),
  connections: optionalKey(
    listOf(Schema.Struct({ connection: Slug, ...limits })).check(
      uniqueBy(({ connection }) => connection, "connection"),
    ),
  ),
});

const sections = {
  version: Schema.Literal(1).annotate({ description: "Of the document's form." }),
  organization: optionalKey(Slug.annotate({ description: "Must be the organization at hand." })),
  roles: optionalKey(listOf(Role).check(uniqueBy(({ key }) => key, "key"))),
  ladders: optionalKey(listOf(Ladder).check(uniqueBy(({ name }) => name, "name"))),
  scopes: optionalKey(listOf(Scope).check(uniqueBy(({ key }) => key, "key"))),
  connections: optionalKey(listOf(Connection).check(uniqueBy(({ slug }) => slug, "slug"))),
  applications: optionalKey(listOf(Application).check(uniqueBy(({ slug }) => slug, "slug"))),
  guard: optionalKey(Guard),
};

/** All but the mapping, which says itself what is wrong with it. */
export const Outline = Schema.Struct({ ...sections, mapping: optionalKey(Schema.Unknown) });

/** The document as it is read: every condition is a tree. */
export const Document = Schema.Struct({ ...sections, mapping: optionalKey(Mapping) });
export type Configuration = typeof Document.Type;
export type ConnectionEntry = typeof Connection.Type;

const WrittenRule = Schema.Struct({
  ...Rule.fields,
  when: Schema.Union([Text.annotate({ description: "In CEL." }), AnyCondition]),
});

/** The document as people may write it: a condition is a tree or a text in CEL. */
export const Written = Schema.Struct({
  ...sections,
  mapping: optionalKey(Schema.Struct({ ...Mapping.fields, rules: Schema.Array(WrittenRule) })),
});
