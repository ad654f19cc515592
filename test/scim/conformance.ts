/** The requirements of the SCIM standards, one row each, and the page that says how this service stands to them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Requirement {
  readonly id: string;
  readonly level: string;
  readonly text: string;
  readonly status: "met" | "not-met" | "not-applicable";
  /** `file: name of the test`, below `test`; where the status is met. */
  readonly test?: string;
  /** Why not; where it is not met. */
  readonly reason?: string;
}

const tables = ["7643", "7644-queries", "7644-changes", "9865"];
const tests = join(import.meta.dirname, "..");
export const pageFile = join(tests, "..", "CONFORMANCE.md");

export const requirements: ReadonlyArray<Requirement> = tables.flatMap((table) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "requirements", `${table}.json`), "utf8")),
);

/** What is wrong with the row: a test that does not exist, or nothing said where something must be. */
export const complaintAbout = ({ status, test, reason }: Requirement): string | undefined => {
  if (status !== "met") return reason === undefined ? "gives no reason" : undefined;
  const [file = "", ...name] = test?.split(": ") ?? [];
  const path = join(tests, file);
  if (file === "" || !existsSync(path)) return `names no test file: ${file}`;
  const text = readFileSync(path, "utf8");
  const title = name.join(": ");
  const isThere = ['"', "'", "`"].some((quote) => text.includes(`${quote}${title}${quote}`));
  return isThere ? undefined : `names a test that ${file} does not have: ${title}`;
};

const rowOf = ({ id, level, text, test, reason }: Requirement) =>
  `| ${id} | ${level} | ${text} | ${(reason ?? test ?? "").replaceAll("|", "\\|")} |`;

const section = (title: string, last: string, rows: ReadonlyArray<Requirement>) =>
  [
    `## ${title}`,
    "",
    `| requirement | level | in short | ${last} |`,
    "| --- | --- | --- | --- |",
    ...rows.map(rowOf),
    "",
  ].join("\n");

const intro = `# How this service stands to the SCIM standards

RFC 7643, RFC 7644 and RFC 9865, requirement by requirement, in our words. The number names RFC and section. Every
requirement that is met names the test that fails without it, below \`test\`; a test checks that it exists. The level
OURS marks what we promise beyond the text. This page is written by \`node test/scim/conformance-report.ts\`; change the
tables in \`test/scim/requirements\`.
`;

/** The whole page. What is not met comes first: nobody should have to look for it. */
export const page = (): string => {
  const of = (status: Requirement["status"]) => requirements.filter((each) => each.status === status);
  const counts = `${of("met").length} met, ${of("not-met").length} not met, ${of("not-applicable").length} not applicable.\n`;
  return [
    intro,
    counts,
    section("Not met", "what happens instead", of("not-met")),
    section("Not applicable", "why", of("not-applicable")),
    section("Met", "test", of("met")),
  ].join("\n");
};
