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
  return { pid: process.pid, host: hostname(), space: await ownSpace(), startedAt: await startOf(process.pid) };
}

/** Returns whether a process is alive; undefined if it belongs to another machine, boot or container, or the system hides it. */
export async function isProcessAlive(identity: ProcessIdentity): Promise<boolean | undefined> {
  const { pid, host, space, startedAt } = identity;
  if (host !== hostname() || space !== (await ownSpace())) return undefined;
  if (!isNumberInUse(pid)) return false;
  const found = await startOf(pid);
  if (found === "" && startedAt !== "") return undefined;
  return found === startedAt;
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

/** Reads the start time. Where it is unknown, only the number identifies a process. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field, the program's name in parentheses, may hold anything. The start time is the 20th after it.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
