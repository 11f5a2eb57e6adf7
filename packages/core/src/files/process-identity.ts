import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** A process, told from another one that has its number later, or at the same time in another container. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The boot of the machine and the space in which process numbers count; empty where the system does not say. */
  readonly space: string;
  /** In the system's own unit; empty where it does not say. */
  readonly startedAt: string;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, host: hostname(), space: await ownSpace(), startedAt: await startOf(process.pid) };
}

/** Undefined when it is one of another machine, boot or container, of which nothing can be known here. */
export async function isProcessAlive(identity: ProcessIdentity): Promise<boolean | undefined> {
  const { pid, host, space, startedAt } = identity;
  if (host !== hostname() || space !== (await ownSpace())) return undefined;
  if (!isNumberInUse(pid)) return false;
  return startedAt === (await startOf(pid));
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

/** Where the system does not say, all processes of one number look the same, and the number decides. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in parentheses and may hold anything; the start is the 20th behind it.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
