/** What must be done to how logins through a connection are taken. */
import { textArgument } from "../../client/index.ts";
import type { ConnectionEntry } from "../document.ts";
import { type Call, type Change, type Part, partsIn } from "./change.ts";

type Login = NonNullable<ConnectionEntry["login"]>;

const types: Readonly<Record<keyof Login, string>> = {
  provisioning: "Provisioning",
  lapseDays: "Int",
  domains: "[String!]",
};

const usual = { provisioning: "create", lapseDays: 30, domains: [] } satisfies Login;

/** What is to be otherwise than it is; what the file does not say stays. */
export const loginParts = (
  before: ConnectionEntry | undefined,
  { login = {} }: ConnectionEntry,
): ReadonlyArray<Part> =>
  partsIn(before?.login ?? usual, login).map(({ name, ...rest }) => ({ name: `login.${name}`, ...rest }));

const sent = (name: string, value: unknown) =>
  name === "provisioning" ? String(value).toUpperCase() : value;

export const loginCalls = (
  { slug, login = {} }: ConnectionEntry,
  parts: ReadonlyArray<Part>,
): ReadonlyArray<Call> => {
  const changed = Object.entries(types).flatMap(([name, type]) =>
    parts.some((part) => part.name === `login.${name}`)
      ? [[name, { type, value: sent(name, Reflect.get(login, name)) }] as const]
      : [],
  );
  if (changed.length === 0) return [];
  return [
    { field: "setLoginSettings", args: { connection: textArgument(slug), ...Object.fromEntries(changed) } },
  ];
};

const domainsOf = ({ login }: ConnectionEntry): ReadonlyArray<string> => login?.domains ?? [];

/** A domain leads to one connection: what moves is taken away before it is given. */
export const movedDomains = (
  before: ReadonlyArray<ConnectionEntry>,
  after: ReadonlyArray<ConnectionEntry>,
): ReadonlyArray<Change> => {
  const leads = new Map(
    after.flatMap((entry) => domainsOf(entry).map((name) => [name, entry.slug] as const)),
  );
  return before.flatMap((entry): ReadonlyArray<Change> => {
    const domains = domainsOf(entry);
    const stays = domains.filter((name) => (leads.get(name) ?? entry.slug) === entry.slug);
    if (stays.length === domains.length) return [];
    return [
      {
        sign: "~",
        section: "connection",
        name: entry.slug,
        details: ["login.domains: first without those that lead to another connection"],
        calls: [
          {
            field: "setLoginSettings",
            args: { connection: textArgument(entry.slug), domains: { type: "[String!]", value: stays } },
          },
        ],
      },
    ];
  });
};
