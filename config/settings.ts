/**
 * Every setting of Rolebridge: its name, its default and one line on it. Values come from the environment
 * first, then from the settings file, then from the default. `npm run rolebridge -- serve --help` prints
 * this table; `config/README.md` is checked against it.
 */
import { Redacted, Schema } from "effect";

export interface SettingRow {
  readonly name: string;
  readonly help: string;
  /** What the default is, in words; the decoded default stands in `Settings`. */
  readonly default: string;
}

export const settingRows: ReadonlyArray<SettingRow> = [
  { name: "PORT", default: "8080", help: "TCP port the server listens on; 0 lets the system choose." },
  { name: "HOST", default: "127.0.0.1", help: "Address the server listens on; 0.0.0.0 for all interfaces." },
  {
    name: "DATABASE_URL",
    default: "none: the embedded database",
    help: "postgres:// address of the application's login (PostgreSQL 15 or later).",
  },
  {
    name: "MIGRATION_DATABASE_URL",
    default: "the same as DATABASE_URL",
    help: "postgres:// address of the login that owns the tables and runs migrations.",
  },
  {
    name: "DATABASE_CONNECTIONS",
    default: "10",
    help: "Most connections one instance opens to PostgreSQL for requests.",
  },
  {
    name: "ROLEBRIDGE_DATA",
    default: "./data",
    help: "Folder for the embedded database, the master key and quickstart.json.",
  },
  {
    name: "ROLEBRIDGE_PUBLIC_URL",
    default: "http://localhost:PORT",
    help: "Address under which clients reach the server; used in every link it hands out.",
  },
  {
    name: "ROLEBRIDGE_MASTER_KEY",
    default: "made on the first start and kept in the data folder",
    help: "32 random bytes in base64 that wrap every organization's data key.",
  },
  {
    name: "ROLEBRIDGE_ALLOWED_ORIGINS",
    default: "none",
    help: "Origins that connections may reach although not public or not https; commas between.",
  },
  {
    name: "ROLEBRIDGE_TENANT_ADDRESSES",
    default: "off",
    help: "on: SCIM also at /scim/v2/{project}/{environment}/v2 and /{organization} below it.",
  },
  {
    name: "ROLEBRIDGE_DNS_SERVERS",
    default: "those of this machine",
    help: "Name servers asked for domains' TXT records: addresses, with :port where it is not 53; commas between.",
  },
  {
    name: "ROLEBRIDGE_HISTORY_DAYS",
    default: "400",
    help: "How many days facts are kept after they ended; past decisions and events are kept longer.",
  },
  { name: "LOG_LEVEL", default: "info", help: "debug, info, warn or error." },
  { name: "LOG_FORMAT", default: "json, or text on a terminal", help: "json or text." },
  {
    name: "ROLEBRIDGE_CONFIG",
    default: "./config/rolebridge.json where it exists",
    help: "The settings file: a JSON object with the names of this table as keys.",
  },
];

const present = Schema.String.check(Schema.isMinLength(1));
const postgres = Schema.String.check(
  Schema.isPattern(/^postgres(ql)?:\/\/[^\s/?#]+\/[^\s/?#]+(\?[^\s#]*)?$/, {
    message: "write postgres://login:password@host/database",
  }),
);
const port = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 65535 }));
const count = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 500 }));
const days = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 36_500 }));

const listIn = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
// No path, no login, no wildcard; what a URL makes of the rest (case, default port, 0x7f.1) is what counts.
const isOrigin = (text: string) => /^https?:\/\/[^\s/?#@*\\]+\/?$/i.test(text) && URL.canParse(text);
const origins = Schema.String.check(
  Schema.makeFilter((text: string) => listIn(text).every(isOrigin), {
    message:
      "write origins like https://keycloak.acme.test:8443 with commas between them: no path, login or *",
  }),
);

// IPv4, or IPv6, in brackets where a port follows. Names would have to be resolved first.
const isNameServer = (text: string) =>
  /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])(:\d{1,5})?$|^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
const nameServers = Schema.String.check(
  Schema.makeFilter((text: string) => listIn(text).every(isNameServer), {
    message: "write IP addresses like 192.0.2.53 or [2001:db8::53]:5353 with commas between them",
  }),
);

/** The settings as text, as the environment and the file give them. */
export const SettingsInput = Schema.Struct({
  PORT: Schema.optionalKey(port),
  HOST: Schema.optionalKey(present),
  DATABASE_URL: Schema.optionalKey(postgres),
  MIGRATION_DATABASE_URL: Schema.optionalKey(postgres),
  DATABASE_CONNECTIONS: Schema.optionalKey(count),
  ROLEBRIDGE_DATA: Schema.optionalKey(present),
  ROLEBRIDGE_PUBLIC_URL: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/)),
  ),
  ROLEBRIDGE_MASTER_KEY: Schema.optionalKey(present),
  ROLEBRIDGE_ALLOWED_ORIGINS: Schema.optionalKey(origins),
  ROLEBRIDGE_TENANT_ADDRESSES: Schema.optionalKey(Schema.Literals(["on", "off"])),
  ROLEBRIDGE_DNS_SERVERS: Schema.optionalKey(nameServers),
  ROLEBRIDGE_HISTORY_DAYS: Schema.optionalKey(days),
  LOG_LEVEL: Schema.optionalKey(Schema.Literals(["debug", "info", "warn", "error"])),
  LOG_FORMAT: Schema.optionalKey(Schema.Literals(["json", "text"])),
});

export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: Redacted.Redacted<string> | undefined;
  readonly migrationDatabaseUrl: Redacted.Redacted<string> | undefined;
  readonly databaseConnections: number;
  readonly dataFolder: string;
  readonly publicUrl: string | undefined;
  readonly masterKey: Redacted.Redacted<string> | undefined;
  /** As `URL.origin` writes them: lower case, no default port. */
  readonly allowedOrigins: ReadonlyArray<string>;
  /** Are the tenant-aware forms of the SCIM address offered? */
  readonly tenantAddresses: boolean;
  /** Addresses, with a port where it is not 53; none: those of this machine. */
  readonly dnsServers: ReadonlyArray<string>;
  /** How long facts are kept after they ended. */
  readonly historyDays: number;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly logFormat: "json" | "text";
}

const secret = (text: string | undefined) => (text === undefined ? undefined : Redacted.make(text));

/** Settings with every default filled in. `terminal`: does the log go to a person's terminal? */
export const complete = (input: typeof SettingsInput.Type, terminal: boolean): Settings => ({
  port: input.PORT ?? 8080,
  host: input.HOST ?? "127.0.0.1",
  databaseUrl: secret(input.DATABASE_URL),
  migrationDatabaseUrl: secret(input.MIGRATION_DATABASE_URL ?? input.DATABASE_URL),
  databaseConnections: input.DATABASE_CONNECTIONS ?? 10,
  dataFolder: input.ROLEBRIDGE_DATA ?? "./data",
  publicUrl: input.ROLEBRIDGE_PUBLIC_URL?.replace(/\/$/, ""),
  masterKey: secret(input.ROLEBRIDGE_MASTER_KEY),
  allowedOrigins: listIn(input.ROLEBRIDGE_ALLOWED_ORIGINS ?? "").map((text) => new URL(text).origin),
  tenantAddresses: input.ROLEBRIDGE_TENANT_ADDRESSES === "on",
  dnsServers: listIn(input.ROLEBRIDGE_DNS_SERVERS ?? ""),
  historyDays: input.ROLEBRIDGE_HISTORY_DAYS ?? 400,
  logLevel: input.LOG_LEVEL ?? "info",
  logFormat: input.LOG_FORMAT ?? (terminal ? "text" : "json"),
});
