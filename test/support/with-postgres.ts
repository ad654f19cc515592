/**
 * Runs a command with a PostgreSQL of its own: `node test/support/with-postgres.ts npm start`. The command finds it
 * in `DATABASE_URL` and `MIGRATION_DATABASE_URL`; it is gone when the command ends.
 */
import { spawn } from "node:child_process";
import { makeDatabase, makeRoles, programs, startPrivate } from "./private-postgres.ts";

const bin = programs();
const [command, ...args] = process.argv.slice(2);
if (bin === undefined || command === undefined) {
  throw new Error("Name a command, and install PostgreSQL's programs (Debian: postgresql).");
}
const postgres = await startPrivate(bin);
await makeRoles(postgres.url);
const { env } = await makeDatabase(postgres.url, "rolebridge");
const child = spawn(command, args, {
  env: { ...process.env, ...env },
  stdio: "inherit",
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", async (code) => {
  await postgres.stop();
  process.exitCode = code ?? 1;
});
