import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect, Redacted } from "effect";
import { describe, expect, it } from "vitest";
import { loadSettings, settingRows } from "../../config/index.ts";

const load = (environment: Record<string, string>) => Effect.runPromise(loadSettings(environment, false));
const complaint = async (environment: Record<string, string>) =>
  (await Effect.runPromise(Effect.flip(loadSettings(environment, false)))).message;

const fileWith = (content: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), "rolebridge-settings-")), "rolebridge.json");
  writeFileSync(file, content);
  return file;
};

describe("settings", () => {
  it("have a default each", async () => {
    expect(await load({})).toMatchObject({
      port: 8080,
      host: "127.0.0.1",
      databaseUrl: undefined,
      databaseConnections: 10,
      dataFolder: "./data",
      publicUrl: undefined,
      allowedOrigins: [],
      logLevel: "info",
      logFormat: "json",
    });
  });

  it("come from the file, and the environment wins", async () => {
    const file = fileWith('{ "PORT": 9000, "LOG_LEVEL": "warn" }');
    const settings = await load({ ROLEBRIDGE_CONFIG: file, LOG_LEVEL: "debug" });
    expect(settings).toMatchObject({ port: 9000, logLevel: "debug" });
  });

  it("count as absent when empty", async () => {
    expect(await load({ PORT: "", DATABASE_URL: "" })).toMatchObject({ port: 8080, databaseUrl: undefined });
  });

  it("keep secrets out of sight", async () => {
    const settings = await load({
      DATABASE_URL: "postgres://me:secret@db/x",
      ROLEBRIDGE_MASTER_KEY: "secret",
    });
    expect(JSON.stringify(settings)).not.toContain("secret");
    expect(settings.databaseUrl && Redacted.value(settings.databaseUrl)).toContain("secret");
  });

  it("migrate as the application's login unless another one is given", async () => {
    const { migrationDatabaseUrl } = await load({ DATABASE_URL: "postgres://app@db/x" });
    expect(migrationDatabaseUrl && Redacted.value(migrationDatabaseUrl)).toBe("postgres://app@db/x");
  });

  it("list allowed origins as a URL writes them", async () => {
    const given =
      " https://Keycloak.acme.test:443/, http://10.0.0.5:8080,,https://[FD00::1]:8443,https://0x7f.1";
    expect((await load({ ROLEBRIDGE_ALLOWED_ORIGINS: given })).allowedOrigins).toEqual([
      "https://keycloak.acme.test",
      "http://10.0.0.5:8080",
      "https://[fd00::1]:8443",
      "https://127.0.0.1",
    ]);
  });

  it.each([
    "*",
    "https://*",
    "https://*.acme.test",
    "https://keycloak.acme.test/auth",
    "https://keycloak.acme.test?",
    "https://keycloak.acme.test#",
    "https://me@keycloak.acme.test",
    "https://me:secret@keycloak.acme.test",
    "https://keycloak.acme.test\\auth",
    "https://keycloak.acme.test:99999",
    "https://10.0.0.0/8",
    "https://",
    "keycloak.acme.test",
    "ftp://keycloak.acme.test",
    "https://keycloak.acme.test https://other.acme.test",
    "https://keycloak.acme.test,10.0.0.5",
  ])("allow no origin that is more or less than one: %s", async (origin) => {
    const sentence = await complaint({ ROLEBRIDGE_ALLOWED_ORIGINS: origin });
    expect(sentence).toContain("ROLEBRIDGE_ALLOWED_ORIGINS");
    expect(sentence).toContain("write origins like https://keycloak.acme.test:8443");
    expect(sentence).not.toContain("secret");
  });

  it.each([
    ["a port that is none", { PORT: "http" }, "PORT"],
    ["a port out of range", { PORT: "70000" }, "PORT"],
    ["an unknown level", { LOG_LEVEL: "loud" }, "LOG_LEVEL"],
    ["an address without a scheme", { ROLEBRIDGE_PUBLIC_URL: "roles.acme.test" }, "ROLEBRIDGE_PUBLIC_URL"],
    ["another database", { DATABASE_URL: "mysql://me@db/x" }, "DATABASE_URL"],
    ["a server without a database", { DATABASE_URL: "postgres://db" }, "DATABASE_URL"],
    ["no connections", { DATABASE_CONNECTIONS: "0" }, "DATABASE_CONNECTIONS"],
  ])("that cannot be used stop the start and are named: %s", async (_, environment, name) => {
    expect(await complaint(environment as Record<string, string>)).toContain(name);
  });

  it("that cannot be used are named without their secrets", async () => {
    expect(await complaint({ DATABASE_URL: "mysql://me:secret@db/x" })).not.toContain("secret");
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["a nested value", '{ "PORT": { "is": 1 } }'],
    ["an unknown name", '{ "PROT": 1 }'],
  ])("in a file with %s are refused, and the file is named", async (_, content) => {
    const file = fileWith(content);
    expect(await complaint({ ROLEBRIDGE_CONFIG: file })).toContain(file);
  });

  it("in a file that is not there are refused", async () => {
    expect(await complaint({ ROLEBRIDGE_CONFIG: "/nowhere/x.json" })).toContain("/nowhere/x.json");
  });

  it("are all in config/README.md, word by word", () => {
    const page = readFileSync(new URL("../../config/README.md", import.meta.url), "utf8").replace(
      / {2,}/g,
      " ",
    );
    for (const row of settingRows)
      expect(page).toContain(`| \`${row.name}\` | ${row.default} | ${row.help} |`);
    expect(page.match(/^\| `/gm)).toHaveLength(settingRows.length);
  });
});
