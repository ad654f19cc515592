/** What the server says of an organization, as a document. */
import { Option, Result, Schema } from "effect";
import { decodeMapping, type Mapping } from "../../mapping/index.ts";
import type { Application, Connection, Guard, Ladder, LoginSettings, PushSettings } from "../client/index.ts";
import { camelCased, dashed } from "../output/index.ts";
import { everyText } from "../reading/index.ts";
import type { Kind } from "../server.ts";
import { type Configuration, Document } from "./document.ts";
import { normal } from "./normal.ts";
import { fieldsOf, secretOf } from "./settings.ts";

type Role = NonNullable<Configuration["roles"]>[number];

/** A connection with what is written through it, and how logins are taken. */
export type WrittenConnection = Connection & {
  readonly push: PushSettings | null;
  /** Null where nobody signs in through it. */
  readonly login: typeof LoginSettings.Type | null;
};

/** Undefined: not asked for. */
export interface Answers {
  readonly organization: string;
  readonly roles?: ReadonlyArray<Omit<Role, "key"> & { readonly key: string }> | undefined;
  readonly ladders?: ReadonlyArray<Ladder> | undefined;
  readonly scopes?:
    | ReadonlyArray<{ readonly key: string; readonly description: string; readonly byOperator: boolean }>
    | undefined;
  readonly connections?: ReadonlyArray<WrittenConnection> | undefined;
  readonly applications?: ReadonlyArray<Pick<Application, "slug" | "name" | "returnAddresses">> | undefined;
  readonly guards?: ReadonlyArray<Guard> | undefined;
  /** The document in force; null where there is none. */
  readonly mapping?: unknown;
}

const Settings = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]));
const settingsIn = Schema.decodeUnknownOption(Settings);

/** `ROLEBRIDGE_MAIN_CLIENT_SECRET` for the clientSecret of main. */
const variable = (slug: string, field: string): string =>
  `ROLEBRIDGE_${slug}_${field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`)}`
    .replaceAll("-", "_")
    .toUpperCase();

const ofKind = (row: Connection, kinds: ReadonlyArray<Kind>) => {
  const secret = secretOf(kinds, dashed(row.kind));
  return {
    settings: Option.getOrElse(settingsIn(row.settings), () => ({})),
    ...(secret === undefined ? {} : { secret: { env: variable(row.slug, secret) } }),
    ...(row.sync === null
      ? {}
      : { every: everyText(row.sync.everySeconds), follow: everyText(row.sync.followSeconds) }),
  };
};

const ofLogin = ({ login }: WrittenConnection) =>
  login === null ? {} : { login: { ...login, provisioning: dashed(login.provisioning) } };

const ofPush = ({ mode, creates, leaving, owns, drift, roles }: PushSettings) => ({
  mode: dashed(mode),
  creates: dashed(creates),
  leaving: dashed(leaving),
  owns: owns.map(camelCased),
  drift: dashed(drift),
  roles: roles.map(({ role, scope, group, kind }) => ({
    role,
    ...(scope === "" ? {} : { scope }),
    group,
    kind: dashed(kind),
  })),
});

/** Of whom nothing was ever set, nothing is said. */
const pushIn = ({ push }: WrittenConnection) => {
  if (push === null) return {};
  const said = ofPush(push);
  return said.mode === "off" && said.roles.length + said.owns.length === 0 ? {} : { push: said };
};

const connection = (row: WrittenConnection, kinds: ReadonlyArray<Kind>) => ({
  slug: row.slug,
  kind: dashed(row.kind),
  name: row.name,
  enabled: row.enabled,
  lifecycleAuthority: row.lifecycleAuthority,
  sameDirectoryAs: row.sameDirectoryAs,
  ...(row.strict === null ? {} : { strict: row.strict }),
  ...(fieldsOf(kinds, dashed(row.kind)).length === 0 ? {} : ofKind(row, kinds)),
  ...ofLogin(row),
  ...pushIn(row),
});

const limits = ({ enabled, accounts, percent }: Guard) => ({ enabled, accounts, percent });

const guard = (guards: ReadonlyArray<Guard>) => {
  const own = guards.find((one) => one.connection === null && one.set);
  return {
    ...(own === undefined ? {} : { organization: limits(own) }),
    connections: guards.flatMap((one) =>
      one.connection === null ? [] : [{ connection: one.connection, ...limits(one) }],
    ),
  };
};

/** As it is kept, where it can be read. */
export const mappingIn = (document: unknown): Mapping | undefined =>
  Option.getOrUndefined(Result.getSuccess(decodeMapping(document)));

const mapping = (document: unknown): unknown => (document === null ? { rules: [] } : document);

const decode = Schema.decodeUnknownResult(Document);

/** The document in its normal form. Fails where a newer server said something that this command does not know. */
export const configurationOf = (answers: Answers, kinds: ReadonlyArray<Kind>) =>
  Result.map(
    decode({
      version: 1,
      organization: answers.organization,
      ...(answers.roles && { roles: answers.roles }),
      ...(answers.ladders && { ladders: answers.ladders }),
      ...(answers.scopes && { scopes: answers.scopes.filter(({ byOperator }) => byOperator) }),
      ...(answers.connections && { connections: answers.connections.map((row) => connection(row, kinds)) }),
      ...(answers.applications && {
        applications: answers.applications.map(({ slug, name, returnAddresses }) => ({
          slug,
          name,
          returnAddresses,
        })),
      }),
      ...(answers.guards && { guard: guard(answers.guards) }),
      ...(answers.mapping === undefined ? {} : { mapping: mapping(answers.mapping) }),
    }),
    normal,
  );
