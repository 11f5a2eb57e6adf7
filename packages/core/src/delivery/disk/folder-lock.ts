import { lstat, mkdir, open, readFile, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SiemError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { isProcessAlive, thisProcess } from "./process-identity.ts";

/** Keeps two processes from writing to one folder: a queue's, or an embedded database's. */
export interface FolderLock {
  release(): Promise<void>;
}

export interface FolderLockOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** Called once when another process has taken the folder over, as from one that did not move for long. */
  readonly onLost?: () => void;
  /** The error for a folder that `holder` has. One of the queue where it is not given. */
  readonly inUse?: (path: string, holder: string) => SiemError;
}

export const LOCK_NAME = "lock";

// How often a holder shows that it is alive, and how long one that cannot be asked is watched for that.
const BEAT_MS = 1000;
const WATCH_MS = 5000;

/** Throws while another live process has the folder. A dead one does not keep it. */
export async function lockFolder({
  folder,
  clock,
  onLost,
  inUse = queueInUse,
}: FolderLockOptions): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LOCK_NAME);
  const self = await thisProcess();
  while (!(await create(path, self))) {
    const holder = await holderOf(path);
    // Released in the meantime.
    if (holder === undefined) continue;
    if (await isAlive(holder, path, clock)) throw inUse(path, nameOf(holder.identity));
    await takeAway(path, holder);
  }
  let own = (await holderOf(path))?.stamp;
  let isReleased = false;
  let cancelBeat = clock.after(BEAT_MS, () => void beat());

  /** False once somebody else has it. A lock that is merely gone, as by a person's hand, is made anew. */
  async function isKept(): Promise<boolean> {
    const holder = await holderOf(path);
    if (holder !== undefined) return holder.stamp === own;
    const isMadeAnew = await create(path, self);
    own = (await holderOf(path))?.stamp;
    return isMadeAnew;
  }

  async function beat(): Promise<void> {
    // A look that fails says nothing; the next one may.
    const isOurs = await isKept().catch(() => true);
    if (isReleased) return;
    if (!isOurs) return onLost?.();
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    cancelBeat = clock.after(BEAT_MS, () => void beat());
  }

  return {
    async release() {
      isReleased = true;
      cancelBeat();
      if ((await holderOf(path))?.stamp === own) await rm(path, { force: true });
    },
  };
}

/** Who has the folder, unless that process is known to be dead. For those who only look. */
export async function liveHolder(folder: string): Promise<ProcessIdentity | undefined> {
  const identity = (await holderOf(join(folder, LOCK_NAME)))?.identity;
  if (identity === undefined || (await isProcessAlive(identity)) === false) return undefined;
  return identity;
}

interface Holder {
  /** Tells this lock from any other of the same name; stays the same while it is held. */
  readonly stamp: string;
  /** Changes while it is held. */
  readonly beatAt: number;
  /** Undefined when it did not come to write it: it died, or its disk is full. */
  readonly identity: ProcessIdentity | undefined;
}

async function create(path: string, self: ProcessIdentity): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    // A full disk must not keep a queue from starting: delivering is what makes room.
    await file.writeFile(JSON.stringify(self)).catch(() => undefined);
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const { ino, mtimeMs } = await lstat(path);
    const text = await readFile(path, "utf8");
    return { stamp: `${ino} ${text}`, beatAt: mtimeMs, identity: parseIdentity(text) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

const identitySchema = z.object({ pid: z.int(), host: z.string(), space: z.string(), startedAt: z.string() });

function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A process of another machine or container cannot be asked, but it can be seen to move. */
async function isAlive({ identity, stamp, beatAt }: Holder, path: string, clock: Clock): Promise<boolean> {
  const known = identity === undefined ? undefined : await isProcessAlive(identity);
  if (known !== undefined) return known;
  await sleep(clock, WATCH_MS, new AbortController().signal);
  const now = await holderOf(path);
  return now !== undefined && (now.stamp !== stamp || now.beatAt !== beatAt);
}

/** By renaming, so that of two that find the same dead holder only one takes its lock away. */
async function takeAway(path: string, { stamp }: Holder): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  // The other one was quicker, and this is its new lock.
  if ((await holderOf(aside))?.stamp === stamp) await rm(aside, { force: true });
  else await rename(aside, path);
}

function nameOf(holder: ProcessIdentity | undefined): string {
  return holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
}

function queueInUse(path: string, holder: string): SiemError {
  return new SiemError(
    "SIEM_QUEUE_LOCKED",
    `The queue at ${path} is in use by ${holder}. Stop that one, or give this one a folder of its own (SIEM_QUEUE_PATH).`,
  );
}
