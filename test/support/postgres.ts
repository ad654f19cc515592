/**
 * A real PostgreSQL for the suites that need one: the server named in `TEST_POSTGRES_URL` (a superuser's address),
 * else a private one started from the PostgreSQL programs of this machine, else none.
 */
import type { TestProject } from "vitest/node";
import { makeRoles, programs, startPrivate } from "./private-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's address, or why there is no PostgreSQL. */
    postgres: { readonly url: string } | { readonly missing: string };
  }
}

export default async function setup(project: TestProject) {
  const given = process.env["TEST_POSTGRES_URL"];
  const bin = programs();
  if (given === undefined && bin === undefined) {
    const missing = "no PostgreSQL was found: install it, or set TEST_POSTGRES_URL";
    if (process.env["CI"]) throw new Error(`CI runs every suite, but ${missing}.`);
    process.stderr.write(`Suites on PostgreSQL are skipped, because ${missing}.\n`);
    project.provide("postgres", { missing });
    return;
  }
  const started = given === undefined && bin !== undefined ? await startPrivate(bin) : undefined;
  const url = given ?? started?.url ?? "";
  await makeRoles(url);
  project.provide("postgres", { url });
  return () => started?.stop();
}
