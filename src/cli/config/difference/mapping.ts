/** What must be done to the mapping: one draft, whatever differs; published only where that is asked for. */
import { type Mapping, mappingDifference } from "../../../mapping/index.ts";
import { ruleText } from "../../rule.ts";
import type { Call, Change } from "./change.ts";

type Row = ReturnType<typeof mappingDifference>["added"][number];

const oneLine = (sign: string) => (row: Row) => `${sign} ${row.id}: ${ruleText(row)}`;

const differenceLines = (before: Mapping, after: Mapping): ReadonlyArray<string> => {
  const { added, removed, changed } = mappingDifference(before, after);
  return [
    ...removed.map(oneLine("-")),
    ...added.map(oneLine("+")),
    ...changed.flatMap((row) => [
      `~ ${row.id}: ${row.parts.join(", ")}`,
      `    - ${ruleText(row.before)}`,
      `    + ${ruleText(row.after)}`,
    ]),
  ];
};

const isSame = (a: Mapping, b: Mapping): boolean => differenceLines(a, b).length === 0;

const draftCall = (document: Mapping): Call => ({
  field: "draftMapping",
  args: { document: { type: "JSON!", value: document } },
});

/** `before`: the one in force and the draft, where there is one. */
export const mappingChanges = (
  before: { readonly inForce: Mapping; readonly draft: Mapping | undefined },
  after: Mapping | undefined,
  publish: boolean,
): ReadonlyArray<Change> => {
  const { inForce, draft } = before;
  if (after === undefined || isSame(inForce, after)) return [];
  const isDrafted = draft !== undefined && isSame(draft, after);
  const about = isDrafted ? ["this is the draft already"] : ["the draft that waits is replaced"];
  return [
    {
      sign: "~",
      section: "mapping",
      name: "",
      details: [...differenceLines(inForce, after), ...(draft === undefined ? [] : about)],
      calls: [
        ...(isDrafted ? [] : [draftCall(after)]),
        ...(publish ? [{ field: "publishMapping", args: {} }] : []),
      ],
    },
  ];
};
