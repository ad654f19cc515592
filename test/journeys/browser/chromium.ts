/** The browser that is installed here, driven by playwright-core, which brings none of its own. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, onTestFinished } from "vitest";

const names = ["chromium", "chromium-browser", "google-chrome"];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = names.flatMap((name) =>
  (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)),
);

/** The program in CHROMIUM, else the first of the usual names on the path. */
const program = [process.env["CHROMIUM"] ?? "", ...onPath].filter((path) => path !== "").find(isProgram);

if (program === undefined && process.env["CI"])
  throw new Error("CI runs every suite, but no chromium was found. Install one, or set CHROMIUM.");

export const noChromium =
  program === undefined ? `no chromium was found (${names.join(", ")}, or CHROMIUM)` : undefined;

/** Where a page is kept as it was when its test failed; with `SCREENSHOTS=1` also of those that passed. */
const screenshots = join(tmpdir(), "rolebridge-screenshots");

const keep = async (page: Page, test: string): Promise<void> => {
  mkdirSync(screenshots, { recursive: true });
  const path = join(screenshots, `${test.replaceAll(/[^a-z0-9]+/gi, "-")}.png`);
  await page.screenshot({ path });
  console.error(`It was at ${page.url()}: ${path}`);
};

/** Gives what opens a window of somebody who was not here before; its first page. One browser for each file. */
export const windows = (): (() => Promise<Page>) => {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return async () => {
    browser ??= chromium.launch({
      ...(program === undefined ? {} : { executablePath: program }),
      // As root, which CI often is, Chromium's own sandbox does not start.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    const context = await (await browser).newContext();
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    onTestFinished(async ({ task }) => {
      if (task.result?.state === "fail" || process.env["SCREENSHOTS"])
        await keep(context.pages().at(-1) ?? page, task.name);
      await context.close();
    });
    return page;
  };
};
