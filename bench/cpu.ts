/** CPU time of processes as Linux counts it, in milliseconds. */
import { readdirSync, readFileSync } from "node:fs";

const perTick = 10;

interface Times {
  readonly own: number;
  readonly children: number;
  readonly parent: number;
}

const timesOf = (pid: number): Times => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const at = (index: number) => fields[index] ?? 0;
  return { parent: at(1), own: (at(11) + at(12)) * perTick, children: (at(13) + at(14)) * perTick };
};

export const cpuOf = (pid: number): number => timesOf(pid).own;

/** A server with one process for each session: its own time, that of its live and of its ended children. */
export const cpuOfTree = (pid: number): number => {
  const root = timesOf(pid);
  const live = readdirSync("/proc")
    .map(Number)
    .filter((each) => each > 0)
    .flatMap((each) => {
      try {
        const times = timesOf(each);
        return times.parent === pid ? [times.own] : [];
      } catch {
        return [];
      }
    });
  return root.own + root.children + live.reduce((sum, own) => sum + own, 0);
};
