import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { z } from "zod";
import { SiemError } from "../errors.ts";

/** Keeps two replays of one dead-letter file apart, which would deliver its events twice. */
export interface ReplayLock {
  release(): Promise<void>;
}

/** Those that this process holds or is about to take. */
const own = new Set<string>();

const ownerSchema = z.looseObject({ pid: z.int(), host: z.string() });

/** Throws `SIEM_REPLAY_LOCKED` while somebody else holds it. The lock of a process that has died is taken over. */
export async function takeReplayLock(letterPath: string): Promise<ReplayLock> {
  const path = `${letterPath}.replay.lock`;
  if (own.has(path)) throw locked(path, process.pid);
  own.add(path);
  try {
    await takeFile(path);
  } catch (error) {
    own.delete(path);
    throw error;
  }
  return {
    async release() {
      await rm(path, { force: true });
      own.delete(path);
    },
  };
}

async function takeFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await created(path))) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    // Released in the meantime.
    if (text === undefined) continue;
    const owner = ownerOf(text);
    if (owner === undefined || isAlive(owner)) throw locked(path, owner?.pid);
    await takeAway(path, text);
  }
}

async function created(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.appendFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function ownerOf(text: string): z.output<typeof ownerSchema> | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Of another machine nothing can be known, so its lock holds. */
function isAlive({ pid, host }: z.output<typeof ownerSchema>): boolean {
  if (host !== hostname()) return true;
  // Not held by this process, so by one that had its number before: in a container a server that is started again has.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** By renaming, so that of two that find the same dead owner only one takes its lock away. */
async function takeAway(path: string, expected: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, "utf8");
  // The other one was quicker, and this is its new lock.
  if (taken === expected) await rm(aside, { force: true });
  else await rename(aside, path);
}

function locked(path: string, pid: number | undefined): SiemError {
  const owner = pid === undefined ? "another process" : `process ${pid}`;
  return new SiemError(
    "SIEM_REPLAY_LOCKED",
    `These dead letters are being replayed by ${owner}. Wait for it, or remove ${path} if there is no such process.`,
  );
}
