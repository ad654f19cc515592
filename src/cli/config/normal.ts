/** One form for documents that say the same: defaults written out, everything in one order. */
import { domainOf, noPush } from "../../domain/index.ts";
import { byText, defaultId, type Mapping, type Rule, usualLimits } from "../../mapping/index.ts";
import { everyText, secondsOf } from "../reading/index.ts";
import { directoryOf } from "./directory.ts";
import type { Configuration, ConnectionEntry } from "./document.ts";

type Section<Name extends keyof Configuration> = NonNullable<Configuration[Name]>;

const sortedBy = <A>(items: ReadonlyArray<A>, keyOf: (item: A) => string): ReadonlyArray<A> =>
  items.toSorted((a, b) => byText(keyOf(a), keyOf(b)));

const role = (one: Section<"roles">[number]) => ({
  key: one.key,
  name: one.name ?? one.key,
  description: one.description ?? "",
  permissions: [...new Set(one.permissions ?? [])].toSorted(),
  reserved: one.reserved ?? false,
});
export type NormalRole = ReturnType<typeof role>;

export const roles = (all: Section<"roles">): ReadonlyArray<NormalRole> =>
  sortedBy(all.map(role), ({ key }) => key);

export const ladders = (all: Section<"ladders">) => sortedBy(all, ({ name }) => name);

export const scopes = (all: Section<"scopes">) =>
  sortedBy(
    all.map(({ key, description = "" }) => ({ key, description })),
    ({ key }) => key,
  );

const sorted = (value: object) =>
  Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => byText(a, b)));

type Push = NonNullable<ConnectionEntry["push"]>;

/** Everything that is written, in one order. */
export const pushOf = ({ mode, creates, leaving, owns = [], drift, roles: written = [] }: Push) => ({
  mode,
  creates: creates ?? noPush.creates,
  leaving: leaving ?? noPush.leaving,
  owns: [...new Set(owns)].toSorted(byText),
  drift: drift ?? noPush.drift,
  roles: sortedBy(
    written.map(({ role: key, scope, group, kind = "group" as const }) => ({
      role: key,
      ...(scope === undefined || scope === "" ? {} : { scope }),
      group,
      kind,
    })),
    (one) => JSON.stringify(one),
  ),
});
export type NormalPush = ReturnType<typeof pushOf>;

/** As the server keeps it; what is no domain it refuses. */
const domain = (text: string): string => domainOf(text.trim()) ?? text;

const login = ({ domains, ...rest }: NonNullable<ConnectionEntry["login"]>) => ({
  ...rest,
  ...(domains === undefined ? {} : { domains: [...new Set(domains.map(domain))].toSorted(byText) }),
});

/** Each by itself is in order: of a form that says the same they are one. */
export const applications = (all: Section<"applications">) =>
  sortedBy(
    all.map(({ slug, name = slug, returnAddresses }) => ({
      slug,
      name,
      returnAddresses: [...new Set(returnAddresses)].toSorted(byText),
    })),
    ({ slug }) => slug,
  );
export type NormalApplication = ReturnType<typeof applications>[number];

const connection = (entry: ConnectionEntry, all: ReadonlyArray<ConnectionEntry>): ConnectionEntry => ({
  ...entry,
  ...(entry.every === undefined ? {} : { every: everyText(secondsOf(entry.every) ?? null) }),
  ...(entry.follow === undefined ? {} : { follow: everyText(secondsOf(entry.follow) ?? null) }),
  ...(entry.settings === undefined ? {} : { settings: sorted(entry.settings) }),
  ...(entry.push === undefined ? {} : { push: pushOf(entry.push) }),
  ...(entry.login === undefined ? {} : { login: login(entry.login) }),
  ...(entry.sameDirectoryAs === undefined
    ? {}
    : { sameDirectoryAs: directoryOf(entry.slug, all).filter((slug) => slug !== entry.slug) }),
});

export const connections = (all: Section<"connections">): ReadonlyArray<ConnectionEntry> =>
  sortedBy(
    all.map((entry) => connection(entry, all)),
    ({ slug }) => slug,
  );

type Limits = NonNullable<Section<"guard">["organization"]>;

const limits = ({ enabled, accounts, percent }: Limits) => ({
  enabled: enabled ?? usualLimits.enabled,
  accounts: accounts ?? usualLimits.accounts,
  percent: percent ?? usualLimits.percent,
});
export type NormalLimits = ReturnType<typeof limits>;

export const guard = ({ organization, connections = [] }: Section<"guard">) => ({
  ...(organization === undefined ? {} : { organization: limits(organization) }),
  connections: sortedBy(
    connections.map((one) => ({ connection: one.connection, ...limits(one) })),
    (one) => one.connection,
  ),
});

const textOf = (value: unknown): string => JSON.stringify(value);
const listed = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> => sortedBy(items, textOf);

const rule = ({ grant = [], deny = [], ...rest }: Rule): Rule => ({
  ...rest,
  ...(grant.length === 0 ? {} : { grant: listed(grant) }),
  ...(deny.length === 0 ? {} : { deny: listed(deny) }),
});

/** Several defaults of one connection are one. */
const defaultsOf = ({ defaults = [] }: Mapping) =>
  [...Map.groupBy(defaults, (one) => one.connection)].map(([connection, several]) => ({
    connection,
    grant: listed(several.flatMap((one) => one.grant)),
  }));

export const mapping = (one: Mapping): Mapping => {
  const defaults = sortedBy(defaultsOf(one), (each) => defaultId(each.connection));
  return {
    rules: sortedBy(one.rules.map(rule), ({ id }) => id),
    ...(defaults.length === 0 ? {} : { defaults }),
  };
};

const onlyGiven = <A extends object>(value: A) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));

/** The document in its normal form; sections that are not there stay away. */
export const normal = (document: Configuration): Configuration => ({
  version: 1,
  ...onlyGiven({
    organization: document.organization,
    roles: document.roles && roles(document.roles),
    ladders: document.ladders && ladders(document.ladders),
    scopes: document.scopes && scopes(document.scopes),
    connections: document.connections && connections(document.connections),
    applications: document.applications && applications(document.applications),
    guard: document.guard && guard(document.guard),
    mapping: document.mapping && mapping(document.mapping),
  }),
});
