/** Where secrets are found, and which are never sent. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Effect, Layer, Option } from "effect";
import { afterAll, describe, expect, it } from "vitest";
import { readSecret } from "../../../src/cli/config/index.ts";
import { DataFolder } from "../../../src/cli/flags.ts";
import { newFolder } from "../support.ts";

const folder = newFolder();
const kept = { ...process.env };
afterAll(() => {
  process.env = kept;
});
const read = (from: Parameters<typeof readSecret>[0]) =>
  Effect.runPromise(
    readSecret(from, folder).pipe(
      Effect.catch(({ message }) => Effect.succeed(message)),
      Effect.provide(Layer.succeed(DataFolder, Option.none())),
    ),
  );

describe("a secret", () => {
  it("is read from the environment, or from a file beside the document without its last line break", async () => {
    process.env["KEYCLOAK_SECRET"] = "of the variable";
    writeFileSync(join(folder, "secret.txt"), "of the file\n");
    expect(await read({ env: "KEYCLOAK_SECRET" })).toBe("of the variable");
    expect(await read({ file: "secret.txt" })).toBe("of the file");
  });

  it("that is not there is told with what to do", async () => {
    writeFileSync(join(folder, "empty.txt"), "\n");
    expect(await read({ env: "NOT_SET" })).toMatch(/^The variable NOT_SET is not set\. Set it/);
    expect(await read({ file: "none.txt" })).toMatch(/^The file none\.txt cannot be read\. Name another one/);
    expect(await read({ file: "empty.txt" })).toMatch(/does not hold 1 to/);
  });

  it.each(["ROLEBRIDGE_TOKEN", "ROLEBRIDGE_MASTER_KEY", "DATABASE_URL", "MIGRATION_DATABASE_URL"])(
    "is never %s",
    async (env) => {
      process.env[env] = "hunter2";
      expect(await read({ env })).toBe(
        `${env} is Rolebridge's own: no connection gets it. Use another variable.`,
      );
    },
  );
});
