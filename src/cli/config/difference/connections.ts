/** What must be done to connections. None is ever removed. */
import { type Arguments, textArgument } from "../../client/index.ts";
import { secondsOf } from "../../reading/index.ts";
import type { Kind } from "../../server.ts";
import { directoryOf } from "../directory.ts";
import type { ConnectionEntry } from "../document.ts";
import { connections } from "../normal.ts";
import { authorityName, fieldsOf, secretOf } from "../settings.ts";
import { type Call, type Change, matched, newPartText, type Part, partsIn, partText } from "./change.ts";
import { loginCalls, loginParts, movedDomains } from "./login.ts";
import { pushCalls, pushParts } from "./push.ts";

interface How {
  readonly kinds: ReadonlyArray<Kind>;
  /** Store connections without trying them. */
  readonly unchecked: boolean;
  /** Send the secrets again, of connections that are otherwise as they should be. */
  readonly secrets: boolean;
}

type Settings = NonNullable<ConnectionEntry["settings"]>;

const settingsArgument = (settings: Settings): Arguments => {
  const { [authorityName]: authority, ...rest } = settings;
  return {
    settings: {
      type: "[SettingInput!]!",
      value: Object.entries(rest).map(([name, value]) => ({ name, value: String(value) })),
    },
    ...(authority === undefined
      ? {}
      : { certificateAuthority: { type: "String", value: String(authority) } }),
  };
};

const secretIn = ({ kind, secret }: ConnectionEntry, { kinds }: How): Pick<Call, "secret"> => {
  const name = secretOf(kinds, kind);
  return secret === undefined || name === undefined ? {} : { secret: { name, from: secret } };
};

const flag = (value: boolean) => ({ type: "Boolean!", value });
const every = (text: string) => ({ type: "Int", value: secondsOf(text) ?? null });

/** The mutation for each part that can be changed on its own. */
const switches: Readonly<Record<string, (value: unknown) => Call>> = {
  every: (value) => ({ field: "setSchedule", args: { every: every(String(value)) } }),
  follow: (value) => ({ field: "setFollowing", args: { every: every(String(value)) } }),
  lifecycleAuthority: (value) => ({
    field: "setLifecycleAuthority",
    args: { authority: { type: "Boolean", value } },
  }),
  strict: (value) => ({ field: "setConnectionStrict", args: { strict: flag(value === true) } }),
  enabled: (value) => ({ field: "setConnectionEnabled", args: { enabled: flag(value === true) } }),
};

const switched = (slug: string, parts: ReadonlyArray<Part>): ReadonlyArray<Call> =>
  Object.entries(switches).flatMap(([name, call]) =>
    parts
      .filter((part) => part.name === name)
      .map(({ after }) => {
        const { field, args } = call(after);
        return { field, args: { connection: textArgument(slug), ...args } };
      }),
  );

const placed = ({ name, ...rest }: Part): Part => ({ name: `settings.${name}`, ...rest });

const secretText = ({ secret }: ConnectionEntry): ReadonlyArray<string> => {
  if (secret === undefined) return [];
  return [
    "env" in secret ? `secret: from the variable ${secret.env}` : `secret: from the file ${secret.file}`,
  ];
};

const firstSyncText = ({ firstSync }: ConnectionEntry): ReadonlyArray<string> =>
  firstSync === undefined ? [] : ["counts when the plan of its first sync is applied"];

/** Beside settings, secret, the directory and what has a part of its own: what is said of it. */
const plainOf = ({
  settings: _,
  secret: __,
  sameDirectoryAs: ___,
  push: ____,
  firstSync: _____,
  login: ______,
  ...rest
}: ConnectionEntry) => rest;

const usual = { enabled: true, lifecycleAuthority: null, strict: false };

/** Nobody may sign in at a directory that is written, unless the two are declared one: so that goes along. */
const joining = (
  { kind, sameDirectoryAs = [] }: ConnectionEntry,
  { kinds }: How,
  before: ReadonlyArray<ConnectionEntry>,
) => {
  const signsIn = kinds.find((one) => one.kind === kind)?.signsIn === true;
  const other = before.find(({ slug }) => sameDirectoryAs.includes(slug));
  return signsIn && other !== undefined ? { sameDirectoryAs: textArgument(other.slug) } : {};
};

const newConnection =
  (how: How, before: ReadonlyArray<ConnectionEntry>) =>
  (entry: ConnectionEntry): Change => {
    const { slug, kind, settings = {}, enabled = true } = entry;
    const name = { type: "String", value: entry.name ?? slug };
    const add = {
      field: "addConnection",
      args: {
        slug: textArgument(slug),
        kind: { type: "ConnectionKind!", value: kind.toUpperCase().replace("-", "_") },
        name,
        ...settingsArgument(settings),
        ...(entry.every === undefined ? {} : { every: every(entry.every) }),
        // What is to be disabled is not asked first.
        unchecked: flag(how.unchecked || !enabled),
        ...(entry.firstSync === undefined ? {} : { planFirst: flag(true) }),
        ...joining(entry, how, before),
      },
      ...secretIn(entry, how),
    };
    const { slug: _, every: __, ...rest } = plainOf(entry);
    const plain = partsIn({}, plainOf(entry)).filter((part) => part.name !== "slug");
    const pushed = pushParts(undefined, entry);
    const login = loginParts(undefined, entry);
    return {
      sign: "+",
      section: "connection",
      name: slug,
      details: [...plain, ...partsIn({}, settings).map(placed), ...pushed, ...login]
        .map(newPartText)
        .concat(secretText(entry), firstSyncText(entry)),
      calls: [
        add,
        ...switched(slug, partsIn(usual, rest)),
        ...pushCalls(entry, pushed),
        ...loginCalls(entry, login),
      ],
    };
  };

/** What is stored, or what counts where nothing is. Settings are sent as text, whatever their type. */
const storedSettings = (before: Settings, kind: string, { kinds }: How): Settings => {
  const defaults = fieldsOf(kinds, kind).flatMap(({ name, default: otherwise }) =>
    otherwise === null ? [] : [[name, otherwise]],
  );
  return { ...Object.fromEntries(defaults), ...before };
};

const differingSettings = (before: ConnectionEntry, after: ConnectionEntry, how: How): ReadonlyArray<Part> =>
  partsIn(storedSettings(before.settings ?? {}, after.kind, how), after.settings ?? {}).filter(
    (part) => String(part.before) !== String(part.after),
  );

const settingCalls = (entry: ConnectionEntry, parts: ReadonlyArray<Part>, how: How): ReadonlyArray<Call> => {
  const secret = secretIn(entry, how);
  if (parts.length === 0 && !(how.secrets && secret.secret !== undefined)) return [];
  const settings = Object.fromEntries(parts.map(({ name }) => [name, entry.settings?.[name] ?? ""]));
  const args = {
    connection: textArgument(entry.slug),
    ...settingsArgument(settings),
    unchecked: flag(how.unchecked),
  };
  return [{ field: "updateConnectionSettings", args, ...secret }];
};

/** What a connection keeps for life. */
const fixed = (before: ConnectionEntry, parts: ReadonlyArray<Part>): Pick<Change, "refused"> => {
  const part = parts.find(({ name }) => name === "kind" || name === "name");
  if (part === undefined) return {};
  const own = part.name === "kind" ? before.kind : (before.name ?? before.slug);
  return {
    refused: `The ${part.name} of the connection ${before.slug} cannot be changed. Write the one it has: ${JSON.stringify(own)}.`,
  };
};

const changedConnection =
  (how: How) =>
  ([before, after]: readonly [ConnectionEntry, ConnectionEntry]): ReadonlyArray<Change> => {
    const settings = differingSettings(before, after, how);
    const plain = partsIn(before, plainOf(after));
    const update = settingCalls(after, settings, how);
    const pushed = pushParts(before, after);
    const login = loginParts(before, after);
    const details = [...plain, ...settings.map(placed), ...pushed, ...login].map(partText);
    if (details.length + update.length === 0) return [];
    return [
      {
        sign: "~",
        section: "connection",
        name: after.slug,
        details: [...details, ...(update.length > 0 ? secretText(after) : [])],
        calls: [
          ...update,
          ...switched(after.slug, plain),
          ...pushCalls(after, pushed),
          ...loginCalls(after, login),
        ],
        ...fixed(before, plain),
      },
    ];
  };

const joined = (slugs: ReadonlyArray<string>): string => slugs.join(", ");

/** One declaration for each directory that is not as some connection in it says. */
const directoryChanges = (
  before: ReadonlyArray<ConnectionEntry>,
  after: ReadonlyArray<ConnectionEntry>,
): ReadonlyArray<Change> => {
  const speaking = after.filter((entry) => entry.sameDirectoryAs !== undefined);
  const wanted = new Map(
    speaking
      .map(({ slug }) => [slug, directoryOf(slug, after)] as const)
      .filter(([slug, slugs]) => joined(directoryOf(slug, before)) !== joined(slugs))
      .map(([, slugs]) => [joined(slugs), slugs]),
  );
  return [...wanted].map(([name, slugs]) => ({
    sign: "~" as const,
    section: "directory",
    name,
    details: [slugs.length === 1 ? "stands alone" : "show the same people, and no others do"],
    calls: [{ field: "declareSameDirectory", args: { connections: { type: "[String!]!", value: slugs } } }],
  }));
};

const slugOf = ({ slug }: ConnectionEntry) => slug;

export const connectionChanges = (
  before: ReadonlyArray<ConnectionEntry>,
  after: ReadonlyArray<ConnectionEntry> | undefined,
  how: How,
): ReadonlyArray<Change> => {
  if (after === undefined) return [];
  const wanted = connections(after);
  const { both, added, removed } = matched(before, wanted, slugOf, slugOf);
  return [
    ...movedDomains(before, wanted),
    ...both.flatMap(changedConnection(how)),
    ...added.map(newConnection(how, before)),
    ...directoryChanges(before, wanted),
    ...removed.map(
      ({ slug }): Change => ({
        sign: "=",
        section: "connection",
        name: slug,
        details: ["not in the file, kept; no file removes a connection"],
        calls: [],
      }),
    ),
  ];
};
