// Longer than most files because taking, keeping and releasing a lock must be read together: an error here loses
// events.
import { randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { lstatSync } from "node:fs";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { isCode } from "./error-code.ts";
import type { SiemError } from "../errors.ts";
import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import { keepToOwner, makeOwnFolder, OWN_FILE } from "./owner-only.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { isProcessAlive, thisProcess } from "./process-identity.ts";

/**
 * A lock file that one process holds at a time. The holder keeps it open and updates its time every second. Another
 * process checks whether the holder is alive. Where it cannot, as across containers, a holder without an update for 5 s
 * loses the lock; so a holder that was suspended must call `confirm` before it continues.
 */
export interface FileLock {
  /** Whether it was taken from a holder that may still be running. */
  readonly isFromUnknown: boolean;
  /**
   * Returns whether the last update is recent by both clocks, so that no process can have taken the lock since. Reads
   * no file.
   */
  isFresh(): boolean;
  /**
   * Checks the lock file now. Resolves if this process holds the lock: everything done before was done under it.
   * Rejects with the error of `lost` if another holds it, and with the file system's error if that is unknown.
   */
  confirm(): Promise<void>;
  /** Releases the lock. */
  release(): Promise<void>;
}

export interface FileLockOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Called once when the lock is lost, such as by a process that was suspended. */
  readonly onLost?: (() => void) | undefined;
  /** Builds the error for a lock held by `holder`. */
  readonly inUse: (path: string, holder: string) => SiemError;
  /** Returns whether a file belongs in this folder. */
  readonly isOurs: (name: string) => boolean;
  /** Builds the error for actions after the lock was lost. */
  readonly lost: (path: string) => SiemError;
}

// The holder updates every second and trusts its last update for three. Others watch for five before they replace it:
// the difference allows for the time an update takes to reach the disk.
const BEAT_MS = 1000;
const FRESH_MS = 3000;
const WATCH_MS = 5000;

/** Takes a lock. Throws the error of `inUse` while another live process holds it; a dead process does not keep it. */
export async function lockFile({ path, clock, onLost, inUse, isOurs, lost }: FileLockOptions): Promise<FileLock> {
  await makeOwnFolder(dirname(path), isOurs);
  const self = await thisProcess();
  let isFromUnknown = false;
  let at = moment();
  let own = await create(path, self);
  while (own === undefined) {
    const holder = await holderOf(path);
    if (holder !== undefined) {
      const known = holder.identity && (await isProcessAlive(holder.identity));
      if (known ?? (await isMoving(holder, path, clock))) throw inUse(path, nameOf(holder.identity));
      await takeAway(path, holder);
      isFromUnknown ||= known === undefined;
    }
    // Otherwise it was released meanwhile.
    at = moment();
    own = await create(path, self);
  }
  let mark = own;
  let beatAt = at;
  let state: "held" | "lost" | "released" = "held";
  const stop = new AbortController();
  /** One action at a time: an update must not create a lock that is being released. */
  let turn: Promise<unknown> = Promise.resolve();
  const keeping = keep();

  function moment() {
    return { elapsed: clock.elapsed(), now: clock.now() };
  }

  /** Checks both clocks: one stops while the machine sleeps, the other may be set. */
  function isFresh(): boolean {
    const { elapsed, now } = moment();
    return state === "held" && Math.abs(elapsed - beatAt.elapsed) < FRESH_MS && Math.abs(now - beatAt.now) < FRESH_MS;
  }

  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = turn.then(act);
    turn = done.catch(() => undefined);
    return done;
  }

  async function keep(): Promise<void> {
    for (;;) {
      await sleep(clock, BEAT_MS, stop.signal);
      if (stop.signal.aborted) return;
      // A failed update proves nothing; the next may succeed.
      await inTurn(beat).catch(() => undefined);
    }
  }

  async function beat(): Promise<void> {
    if (state !== "held") return;
    const startedAt = moment();
    const holder = await holderOf(path);
    if (holder === undefined && !(await isMadeAnew())) return;
    if (holder !== undefined && holder.stamp !== mark.stamp) return lose();
    const time = new Date(startedAt.now);
    await mark.file.utimes(time, time);
    // Only an update of the lock in its place counts.
    const reached = whoseIs(path, mark);
    if (reached === "another's") return lose();
    if (reached === "ours") beatAt = startedAt;
  }

  /**
   * Restores a deleted lock file, such as one deleted by a person, unless another process could have taken it
   * meanwhile.
   */
  async function isMadeAnew(): Promise<boolean> {
    // Without its folder nothing is known; the folder may come back.
    if (!isFresh()) await lstat(dirname(path));
    const created = isFresh() ? await create(path, self) : undefined;
    if (created !== undefined) {
      await mark.file.close();
      mark = created;
      if (isFresh()) return true;
      await removeOwn();
    }
    lose();
    return false;
  }

  function lose(): void {
    state = "lost";
    stop.abort();
    onLost?.();
  }

  async function removeOwn(): Promise<void> {
    if (whoseIs(path, mark) === "ours") {
      await moveAside(path, (aside) => whoseIs(aside, mark) === "ours");
    }
  }

  return {
    isFromUnknown,
    isFresh,
    async confirm() {
      if (state === "held" && whoseIs(path, mark) === "ours" && isFresh()) return;
      await inTurn(beat);
      if (isFresh()) return;
      if (state === "held") throw new Error(`the lock ${path} cannot be seen to be this process's`);
      throw lost(path);
    },
    async release() {
      stop.abort();
      await inTurn(async () => {
        if (state === "released") return;
        if (state === "held") {
          state = "released";
          await removeOwn();
        }
        state = "released";
        await mark.file.close();
      });
      await keeping;
    },
  };
}

/** Returns the holder of a lock, unless that process is known to be dead. For readers. */
export async function liveHolderOf(path: string): Promise<ProcessIdentity | undefined> {
  const identity = (await holderOf(path))?.identity;
  if (identity === undefined || (await isProcessAlive(identity)) === false) return undefined;
  return identity;
}

/** A held lock file. While it is open, no other file can have its inode number. */
interface Mark {
  readonly file: FileHandle;
  readonly stamp: string;
  readonly inode: bigint;
  readonly device: bigint;
}

async function create(path: string, self: ProcessIdentity): Promise<Mark | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "wx+", OWN_FILE);
  } catch (error) {
    if (isCode(error, "EEXIST")) return undefined;
    throw error;
  }
  await keepToOwner(file);
  // A full disk must not keep a queue from starting, since delivery frees space.
  await file.writeFile(JSON.stringify(self)).catch(() => undefined);
  const { ino: inode, dev: device } = await file.stat({ bigint: true });
  const { bytesRead, buffer } = await file.read({ position: 0 });
  return { file, inode, device, stamp: stampOf(inode, buffer.toString("utf8", 0, bytesRead)) };
}

/**
 * Synchronous: it is called at every commit of a queue, right after a write to the same folder, and takes microseconds.
 * Through Node's pool of threads, each commit would wait for one more turn of the event loop.
 */
function whoseIs(path: string, { inode, device }: Mark): "ours" | "another's" | "nobody's" {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return "nobody's";
  return found.ino === inode && found.dev === device ? "ours" : "another's";
}

interface Holder {
  /** Identifies this lock among others of the same name; constant while it is held. */
  readonly stamp: string;
  /** Changes with every update. */
  readonly beatAt: bigint;
  /** Undefined if the holder did not write it: it died, or its disk is full. */
  readonly identity: ProcessIdentity | undefined;
}

async function holderOf(path: string): Promise<Holder | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    // After opening, which makes a network file system ask its server.
    const { ino, mtimeNs } = await file.stat({ bigint: true });
    const text = await file.readFile("utf8");
    return { stamp: stampOf(ino, text), beatAt: mtimeNs, identity: parseIdentity(text) };
  } finally {
    await file.close();
  }
}

function stampOf(inode: bigint, text: string): string {
  return `${inode} ${text}`;
}

const identitySchema = z.object({ pid: z.int(), host: z.string(), space: z.string(), startedAt: z.string() });

function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Returns whether a process of another machine or container still updates the lock, since its state cannot be asked
 * for.
 */
async function isMoving({ stamp, beatAt }: Holder, path: string, clock: Clock): Promise<boolean> {
  await sleep(clock, WATCH_MS, new AbortController().signal);
  const now = await holderOf(path);
  return now !== undefined && (now.stamp !== stamp || now.beatAt !== beatAt);
}

/** Removes a lock, unless the holder has just updated it or another has taken it. */
async function takeAway(path: string, { stamp, beatAt }: Holder): Promise<void> {
  await moveAside(path, async (aside) => {
    const taken = await holderOf(aside);
    return taken?.stamp === stamp && taken.beatAt === beatAt;
  });
}

/** Renames a lock, so that only one of two processes removes it, and only the one that was meant. */
async function moveAside(path: string, isMeant: (aside: string) => boolean | Promise<boolean>): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, "ENOENT")) return;
    throw error;
  }
  if (!(await isMeant(aside))) await putBack(aside, path);
  await rm(aside, { force: true });
}

/** Puts a lock back without replacing a new one, where the file system can do that. */
async function putBack(aside: string, path: string): Promise<void> {
  await link(aside, path).catch(async (error: unknown) => {
    if (!isCode(error, "EEXIST")) await rename(aside, path);
  });
}

function nameOf(holder: ProcessIdentity | undefined): string {
  return holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
}
