/** What was released has run somewhere and does not run again: later changes are migrations of their own. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { migrations } from "../../src/store/migrations/index.ts";

const folder = new URL("../../src/store/migrations/", import.meta.url);

/** Of the text without comments and spaces: what it says may be put better. */
const digestOf = (name: string): string => {
  const text = readFileSync(new URL(`${name}.ts`, folder), "utf8");
  const said = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").replaceAll(/\s+/g, "");
  return createHash("sha256").update(said).digest("base64url").slice(0, 12);
};

/** Add a line with each release; change none. */
const released: Readonly<Record<string, string>> = {
  "0001-foundation": "RH-M-Xqnm7EI",
  "0002-pulled-directories": "AUBlRb2_n3EN",
  "0003-oauth-clients": "HI6-KNmRkfVl",
  "0004-scim-settings": "XY5oSv-KDaGO",
  "0005-addresses-and-domains": "DgLZhWONJsat",
  "0006-tests-and-recordings": "Qc71GCVRfIR5",
  "0007-decisions": "mywN2fdkxOFh",
  "0008-plans": "x3h2-IcU5ofL",
  "0009-history": "lX4SCxtCygNL",
  "0010-coverage-indexes": "jwzSKP5yC-DY",
  "0011-proof": "c5NTKSIzYVVr",
  "0012-follow": "aqJ253oryUFx",
  "0013-push": "Mj56pkx3Mnoz",
  "0014-first-sync": "GeaqtnYfjwGJ",
  "0015-due-and-handed-back": "cY3hn77AXAS1",
};

it("no migration that was released was changed, renamed or taken away", () => {
  const now = Object.fromEntries(Object.keys(released).map((name) => [name, digestOf(name)]));
  expect(now).toEqual(released);
  const names = migrations.map(({ name }) => name);
  expect(names.slice(0, Object.keys(released).length)).toEqual(Object.keys(released));
});

it("every migration runs, in the order of its number", () => {
  const files = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  expect(migrations.map(({ name }) => `${name}.ts`)).toEqual(files.toSorted());
});
