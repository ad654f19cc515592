/**
 * A real Keycloak for the suites that need one (their path contains `keycloak`): the server named in
 * `TEST_KEYCLOAK_URL` (administrator `TEST_KEYCLOAK_ADMIN`, default `admin:admin`), else one started from the
 * distribution that Maven fetches once, else none. It boots while other suites run; `keycloakAnswers` waits for it.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { freePort } from "./private-postgres.ts";

export interface KeycloakServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Where it will answer, or why there is none. */
    keycloak: KeycloakServer | { readonly missing: string };
  }
}

const version = "26.7.0";
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`;
const zip = join(
  homedir(),
  `.m2/repository/org/keycloak/keycloak-quarkus-dist/${version}/keycloak-quarkus-dist-${version}.zip`,
);
const cache = join(homedir(), ".cache/rolebridge");
const folder = join(cache, `keycloak-${version}`);
/** Where kcadm.sh is, once a suite has fetched the distribution. */
export const keycloakPrograms = join(folder, "bin");

const runs = (program: string, ...args: ReadonlyArray<string>): boolean =>
  spawnSync(program, args).status === 0;

/** Fetches and unpacks the distribution where that has not been done. Says what is missing otherwise. */
const fetched = (): string | undefined => {
  if (!runs("java", "-version")) return "java (17 or later) was not found";
  if (existsSync(join(folder, "bin/kc.sh"))) return undefined;
  if (!runs("unzip", "-v")) return "unzip was not found";
  if (
    !existsSync(zip) &&
    !runs("mvn", "-B", "-q", "dependency:get", `-Dartifact=${artifact}`, "-Dtransitive=false")
  )
    return `Maven (mvn) was not found or could not fetch ${artifact}`;
  mkdirSync(cache, { recursive: true });
  const unpacked = mkdtempSync(join(cache, "unpack-"));
  execFileSync("unzip", ["-q", zip, "-d", unpacked]);
  if (!existsSync(folder)) renameSync(join(unpacked, `keycloak-${version}`), folder);
  rmSync(unpacked, { recursive: true, force: true });
  return undefined;
};

const start = (port: number, password: string) => {
  const log = openSync(join(mkdtempSync(join(tmpdir(), "rolebridge-keycloak-")), "log"), "w");
  const child = spawn(join(folder, "bin/kc.sh"), ["start-dev", "--db=dev-mem", "--http-port", String(port)], {
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: "admin",
      KC_BOOTSTRAP_ADMIN_PASSWORD: password,
      KC_HTTP_HOST: "127.0.0.1",
      JAVA_OPTS_KC_HEAP: "-Xms256m -Xmx1g",
    },
  });
  return () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
};

const given = (): KeycloakServer | undefined => {
  const url = process.env["TEST_KEYCLOAK_URL"];
  const [user = "admin", password = "admin"] = (process.env["TEST_KEYCLOAK_ADMIN"] ?? "admin:admin").split(
    ":",
  );
  return url === undefined ? undefined : { url: url.replace(/\/$/, ""), user, password };
};

/** Waits until it answers: a cold start takes a minute on a busy machine. */
export const keycloakAnswers = async ({ url }: KeycloakServer): Promise<void> => {
  const until = Date.now() + 240_000;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/realms/master`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(500);
  }
  throw new Error(`Keycloak did not answer at ${url} within 240 s.`);
};

export default async function setup(project: TestProject) {
  // Vitest keeps the file names given on the command line, but not in its types.
  const filters: unknown = Reflect.get(project.vitest, "filenamePattern");
  const { testFiles } = await project.globTestFiles(Array.isArray(filters) ? filters.map(String) : undefined);
  const wanted = testFiles.some((file) => file.slice(project.config.root.length).includes("keycloak"));
  if (!wanted) return project.provide("keycloak", { missing: "no suite of this run asked for Keycloak" });
  const server = given();
  if (server !== undefined) return project.provide("keycloak", server);
  const missing = fetched();
  if (missing !== undefined) {
    if (process.env["CI"]) throw new Error(`CI runs every suite, but ${missing}. Or set TEST_KEYCLOAK_URL.`);
    process.stderr.write(`Suites on Keycloak are skipped, because ${missing}. Or set TEST_KEYCLOAK_URL.\n`);
    return project.provide("keycloak", { missing });
  }
  const port = await freePort();
  const password = crypto.randomUUID();
  const stop = start(port, password);
  project.provide("keycloak", { url: `http://127.0.0.1:${port}`, user: "admin", password });
  return stop;
}
