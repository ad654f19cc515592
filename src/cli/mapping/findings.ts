import type { Finding } from "../client/index.ts";
import type { Line } from "../output/index.ts";

const placeOf = ({ rule, position }: Finding): string =>
  [...(rule === null ? [] : [`rule ${rule}`]), ...(position === "" ? [] : [position])].join(", ");

const findingLine = (finding: Finding): Line => {
  const place = placeOf(finding);
  const { severity, sentence } = finding;
  return { text: `  ${severity.toLowerCase()}${place === "" ? "" : ` in ${place}`}: ${sentence}` };
};

/** What is likely wrong, under a title; no lines where there is nothing. Errors first. */
export const findingLines = (findings: ReadonlyArray<Finding>): ReadonlyArray<Line> => {
  if (findings.length === 0) return [];
  const isError = ({ severity }: Finding) => severity === "ERROR";
  const sorted = [...findings.filter(isError), ...findings.filter((one) => !isError(one))];
  return [{ text: "" }, { text: "What is likely wrong", heading: true }, ...sorted.map(findingLine)];
};
