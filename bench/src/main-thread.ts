import { readFileSync } from "node:fs";

/** Linux counts in hundredths. */
const TICKS_PER_SECOND = 100;

/** User and system time of this process's main thread so far, in seconds; undefined where the system does not tell. */
export function mainThreadSeconds(): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // After the name, which may hold anything: field 3 of proc(5) is the first one here, 14 and 15 are the times.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
