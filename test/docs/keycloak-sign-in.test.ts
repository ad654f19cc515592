/** The guides for signing in with Keycloak, followed word by word on a real server, up to somebody who signs in. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { signIn as administrator } from "../connectors/keycloak/realm.ts";
import { newBrowser } from "../login/browser.ts";
import { type KeycloakServer, keycloakAnswers, keycloakPrograms } from "../support/keycloak.ts";
import { freePort } from "../support/private-postgres.ts";
import { shell } from "../support/shell.ts";

const keycloak = inject("keycloak");
const root = new URL("../..", import.meta.url).pathname;
const because = "missing" in keycloak ? keycloak.missing : "kcadm.sh of that Keycloak is not at hand";
const skip = "missing" in keycloak || !existsSync(join(keycloakPrograms, "kcadm.sh"));
const returnTo = "http://localhost:3000/signed-in";

/** A folder that looks like a clone to npm, so that the guide's files do not land in this one. */
const newClone = () => {
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-guide-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["package.json", "bin", "src", "config", "connectors", "node_modules"]) {
    symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
};

const start = async (cwd: string, env: NodeJS.ProcessEnv) => {
  const child = spawn(process.execPath, [join(root, "src/main.ts"), "serve"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("ready") && resolve());
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  });
};

/** Ada signs in to the application that the guide made; gives what it is told. */
const signIn = async (url: string, secret: string) => {
  const browser = newBrowser();
  const query = new URLSearchParams({ application: "demo", return_to: returnTo, state: "mine-and-random" });
  const form = await browser.follow(`${url}/login/acme/sso?${query}`);
  const sent = await browser.submit(form, { username: "ada", password: "only-for-trying" });
  const back =
    sent.location === null
      ? await browser.submit(sent, {})
      : await browser.follow(sent.location, (to) => to.startsWith(returnTo));
  const answer = await fetch(`${url}/login/exchange`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ code: new URL(back.location ?? "").searchParams.get("code") }),
  });
  return answer.json();
};

const follow = async (guide: string, keycloak: KeycloakServer) => {
  await keycloakAnswers(keycloak);
  const text = readFileSync(join(root, "docs/sign-in", guide), "utf8");
  const folder = newClone();
  const port = String(await freePort());
  const url = `http://localhost:${port}`;
  const realm = `staff-${port}`;
  const admin = await administrator(keycloak);
  onTestFinished(() => admin.realms.del({ realm }));
  const environment = {
    ...process.env,
    HOME: folder,
    PORT: port,
    PATH: `${keycloakPrograms}:${process.env["PATH"]}`,
    KC_CLI_PASSWORD: keycloak.password,
    ROLEBRIDGE_DATA: join(folder, "data"),
  };
  const said: Array<string> = [];
  let told: unknown;
  for (const [, kind, block = ""] of text.matchAll(/```(sh|json)\n(.*?)```/gs)) {
    const commands = block
      .replaceAll("http://localhost:8180", keycloak.url)
      .replaceAll("http://localhost:8080", url)
      .replaceAll(/\bstaff\b/g, realm);
    if (kind === "json") writeFileSync(join(folder, "mapping.json"), commands);
    else if (commands.includes("npm start")) {
      const [, origins] = /ROLEBRIDGE_ALLOWED_ORIGINS=(\S+)/.exec(commands) ?? [];
      await start(folder, {
        ...environment,
        ...(origins === undefined ? {} : { ROLEBRIDGE_ALLOWED_ORIGINS: origins }),
      });
    } else said.push(await shell(commands, folder, environment));
    const [secret] = /rbl_\S+/.exec(said.at(-1) ?? "") ?? [];
    if (secret !== undefined) told = await signIn(url, secret);
    if (secret !== undefined) expect(told).toMatchObject({ userName: "ada", roles: [{ role: "developer" }] });
  }
  return { told, said: said.join("\n") };
};

describe.skipIf(skip)(
  skip ? `the guides for signing in (skipped, because ${because})` : "the guides for signing in",
  () => {
    it.each(["keycloak-oidc.md", "keycloak-saml.md"])(
      "%s works as it is written",
      async (guide) => {
        if ("missing" in keycloak) return;
        const { told, said } = await follow(guide, keycloak);
        expect(told).toMatchObject({ userName: "ada", roles: [{ role: "developer", scope: null }] });
        expect(said).toMatch(/sso +demo +accepted/);
        expect(said).toMatch(
          /because rule engineers-develop: member of group "\/Engineering" \(connection sso\)/,
        );
      },
      600_000,
    );
  },
);
