/** Writes CONFORMANCE.md from the tables, unless one of them names a test that does not exist. */
import { writeFileSync } from "node:fs";
import { complaintAbout, page, pageFile, requirements } from "./conformance.ts";

const complaints = requirements.flatMap((each) => {
  const complaint = complaintAbout(each);
  return complaint === undefined ? [] : [`${each.id} ${complaint}.`];
});
if (complaints.length === 0) writeFileSync(pageFile, page());
else {
  console.error(complaints.join("\n"));
  process.exitCode = 1;
}
