/**
 * `npm run bench`: what the work costs. Figures of one run on one machine compare with each other, not with another
 * run's. `npm run bench -- operations` measures that part alone.
 */
import { measureCycle } from "./cycle.ts";
import { measureGroups } from "./groups.ts";
import { measureLogin } from "./login.ts";
import { measureMapping } from "./mapping.ts";
import { measureNeighbours } from "./neighbours.ts";
import { measureOperations } from "./operations.ts";
import { measurePreview } from "./preview.ts";
import { measureReplay } from "./replay.ts";
import { stopAll } from "./targets.ts";

const parts: Readonly<Record<string, () => Promise<void>>> = {
  operations: measureOperations,
  mapping: measureMapping,
  cycle: measureCycle,
  groups: measureGroups,
  login: measureLogin,
  neighbours: measureNeighbours,
  preview: measurePreview,
  replay: measureReplay,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined)
  throw new Error(`There is no ${unknown}. Choose from ${Object.keys(parts).join(", ")}.`);

try {
  for (const [name, measure] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n## ${name}\n`);
    await measure();
  }
} finally {
  stopAll();
}
