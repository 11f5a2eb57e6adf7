import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** Identifies a process, distinct from one with the same number later or in another container. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Boot id and pid namespace; empty if unknown. */
  readonly space: string;
  /** Start time in the system's unit; empty if unknown. */
  readonly startedAt: string;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    host: hostname(),
    space: await ownSpace(),
    startedAt: (await statOf(process.pid)).startedAt,
  };
}

/** Returns whether a process is alive; undefined if it belongs to another machine, boot or container, or the system hides it. */
export async function isProcessAlive(identity: ProcessIdentity): Promise<boolean | undefined> {
  const { pid, host, space, startedAt } = identity;
  if (host !== hostname() || space !== (await ownSpace())) return undefined;
  if (!isNumberInUse(pid)) return false;
  const found = await statOf(pid);
  if (found.startedAt === "" && startedAt !== "") return undefined;
  return found.startedAt === startedAt && !found.isZombie;
}

function isNumberInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function ownSpace(): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const space = await readlink("/proc/self/ns/pid").catch(() => "");
  return `${boot.trim()} ${space}`.trim();
}

interface ProcessStat {
  /** Empty where it is unknown: then only the number identifies a process. */
  readonly startedAt: string;
  /** It has ended, and its parent has not asked how: as PID 1 of a container it may never ask. */
  readonly isZombie: boolean;
}

async function statOf(pid: number): Promise<ProcessStat> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field, the program's name in parentheses, may hold anything. State, threads and start time are the 1st, 18th
  // and 20th after it. A first thread may end before others, which may still write.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { startedAt: fields[19] ?? "", isZombie: fields[0] === "Z" && Number(fields[17]) <= 1 };
}
