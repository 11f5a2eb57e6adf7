import { readFileSync } from "node:fs";

/** Linux counts CPU time in these. */
const TICKS_PER_SECOND = 100;

/** User and system time of a process and all its threads so far. */
export function processSeconds(pid: number): number {
  return secondsOf(`/proc/${pid}/stat`);
}

/** The same of this process's main thread; undefined where the system does not tell. */
export function mainThreadSeconds(): number | undefined {
  try {
    return secondsOf(`/proc/self/task/${process.pid}/stat`);
  } catch {
    return undefined;
  }
}

function secondsOf(path: string): number {
  const stat = readFileSync(path, "utf8");
  // After the name, which may hold anything: field 3 of proc(5) is the first one here, 14 and 15 are the times.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
