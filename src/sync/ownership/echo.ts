/**
 * Where people sign in at a directory that is written. A Keycloak realm is the issuer and the SAML entity ID of its
 * logins by one address, which is also that of what is written there: base URL and realm.
 */
import type { ConnectionId, Json } from "../../domain/index.ts";
import type { Echo, Writer } from "../../mapping/index.ts";
import type { ConnectionRow } from "../../store/index.ts";

/**
 * One spelling of an address: the host in small letters, no usual port, no slash at the end. Nor the scheme: a realm is
 * the same over both, and is often written by another one than people come by.
 */
const spelled = (address: string): string => {
  const url = URL.parse(address);
  if (url === null || url.host === "") return address;
  const host = url.host.replace(/:(?:80|443)$/, "");
  return `${host}${url.pathname.replace(/\/+$/, "")}`;
};

const text = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** Where a connection of this kind signs people in. */
const providerOf = ({ kind, settings }: ConnectionRow): string | undefined => {
  const named = { oidc: settings["issuer"], saml: settings["idpEntityId"] };
  const address = kind === "oidc" || kind === "saml" ? text(named[kind]) : undefined;
  return address === undefined ? undefined : spelled(address);
};

const realmOf = ({ kind, settings }: ConnectionRow): string | undefined => {
  const [base, realm] = [text(settings["baseUrl"]), text(settings["realm"])];
  if (kind !== "keycloak" || base === undefined || realm === undefined) return undefined;
  return spelled(`${base.replace(/\/+$/, "")}/realms/${encodeURIComponent(realm)}`);
};

type Writers = ReadonlyArray<Pick<Writer, "connection" | "settings">>;

/** The connection that writes groups where people sign in through `login`. */
export const writerAt = (
  login: ConnectionRow,
  rows: ReadonlyArray<ConnectionRow>,
  writers: Writers,
): ConnectionRow | undefined => {
  const provider = providerOf(login);
  const writing = new Set(
    writers.filter(({ settings }) => settings.roles.length > 0).map(({ connection }) => connection),
  );
  return provider === undefined
    ? undefined
    : rows.find((row) => writing.has(row.slug) && realmOf(row) === provider);
};

/** A connection to where people sign in through `login`, by its address or as declared, whose directory we left marks in. */
export const markedAt = (
  login: ConnectionRow,
  rows: ReadonlyArray<ConnectionRow>,
  marked: ReadonlySet<ConnectionId>,
): ConnectionRow | undefined => {
  const provider = providerOf(login);
  return rows.find(
    (row) =>
      row.id !== login.id &&
      marked.has(row.id) &&
      (row.directoryId === login.directoryId || (provider !== undefined && realmOf(row) === provider)),
  );
};

/** Of those that are enabled and not declared one directory with what is written. */
export const echoesOf = (rows: ReadonlyArray<ConnectionRow>, writers: Writers): ReadonlyArray<Echo> =>
  rows.flatMap((login) => {
    const writer = login.enabled ? writerAt(login, rows, writers) : undefined;
    if (writer === undefined || writer.directoryId === login.directoryId) return [];
    return [{ login: login.slug, writer: writer.slug }];
  });
