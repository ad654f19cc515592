/** The guide for Keycloak, followed word by word on a real server: each of its commands, in its order. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { keycloakAnswers, keycloakPrograms } from "../support/keycloak.ts";
import { freePort } from "../support/private-postgres.ts";
import { shell } from "../support/shell.ts";

const server = inject("keycloak");
const root = new URL("../..", import.meta.url).pathname;
const guide = readFileSync(join(root, "docs/connecting-keycloak.md"), "utf8");
const told = "http://localhost:8180";
const because = "missing" in server ? server.missing : "kcadm.sh of that Keycloak is not at hand";
const skip = "missing" in server || !existsSync(join(keycloakPrograms, "kcadm.sh"));

const blocks = [...guide.matchAll(/```(sh|json)\n(.*?)```/gs)].map(([, kind = "", text = ""]) => ({
  kind,
  text,
}));

const folder = mkdtempSync(join(tmpdir(), "rolebridge-guide-"));
const started: Array<ChildProcess> = [];
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A folder that looks like a clone to npm, so that the guide's files do not land in this one. */
const lookLikeAClone = () => {
  for (const name of ["package.json", "bin", "src", "config", "connectors", "node_modules"]) {
    symlinkSync(join(root, name), join(folder, name));
  }
};

const start = async (environment: NodeJS.ProcessEnv) => {
  const child = spawn(process.execPath, [join(root, "src/main.ts"), "serve"], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "ignore"],
  });
  started.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("ready") && resolve());
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  });
};

describe.skipIf(skip)(
  skip ? `the guide for Keycloak (skipped, because ${because})` : "the guide for Keycloak",
  () => {
    it("works as it is written", async () => {
      if ("missing" in server) return;
      await keycloakAnswers(server);
      lookLikeAClone();
      const environment = {
        ...process.env,
        HOME: folder,
        PORT: String(await freePort()),
        PATH: `${keycloakPrograms}:${process.env["PATH"]}`,
        KC_CLI_PASSWORD: server.password,
        ROLEBRIDGE_DATA: join(folder, "data"),
        ROLEBRIDGE_ALLOWED_ORIGINS: server.url,
      };
      const said: Array<string> = [];
      for (const { kind, text } of blocks) {
        if (kind === "json") writeFileSync(join(folder, "mapping.json"), text);
        else if (text.includes("npm start")) await start(environment);
        else {
          const commands = text.replaceAll(told, server.url);
          said.push(await shell(commands, folder, environment));
        }
      }
      const all = said.join("\n");
      expect(all).toContain("Ada Lovelace <ada@acme.test>  active");
      expect(all).toMatch(
        /because rule engineers-develop: member of group "Engineering" \(connection keycloak\), brought by run [0-9a-f-]{36} \(operator\) at/,
      );
    }, 300_000);
  },
);
