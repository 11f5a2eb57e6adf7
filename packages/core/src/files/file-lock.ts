// Longer than most because a lock that is almost right loses events: who takes, who keeps and who lets go are one idea.
import { randomUUID } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { lstat as lstatWithCallback } from "node:fs";
import { link, open, rename, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { dirname } from "node:path";
import { z } from "zod";
import type { SiemError } from "../errors.ts";
import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import { keepToOwner, makeOwnFolder, OWN_FILE } from "./owner-only.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { isProcessAlive, thisProcess } from "./process-identity.ts";

/**
 * A file that one process at a time has. Its holder keeps it open and sets its time every second. Whoever wants it asks
 * whether the holder lives; where that cannot be asked, as across containers, a holder that stands still for 5 s loses
 * it. So a holder that was frozen must look before it goes on: `confirm` is that look.
 */
export interface FileLock {
  /** How it was got: from a holder that may go on some day, or not. */
  readonly isFromUnknown: boolean;
  /** The last sign of life is recent by both clocks, so that nobody can have taken the lock since. Looks at nothing. */
  isFresh(): boolean;
  /**
   * Resolves when this process has the lock, by a look at it that begins now: all that was done before was done under the
   * lock. Rejects with the error of `lost` once another has it, and with the file system's while nobody can tell.
   */
  confirm(): Promise<void>;
  /** Lets go of it, for good. */
  release(): Promise<void>;
}

export interface FileLockOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Called once when the lock is lost, as by one that did not move for long. */
  readonly onLost?: (() => void) | undefined;
  /** The error for a lock that `holder` has. */
  readonly inUse: (path: string, holder: string) => SiemError;
  /** Which files may be beside it in a folder that is for such files alone. */
  readonly isOurs: (name: string) => boolean;
  /** The error for what is done after the lock was lost. */
  readonly lost: (path: string) => SiemError;
}

// A holder beats every second, and trusts in its last beat for three. It is watched for five before it is replaced: the
// difference is for what a beat takes to reach the disk.
const BEAT_MS = 1000;
const FRESH_MS = 3000;
const WATCH_MS = 5000;

/** Throws the error of `inUse` while another live process has the lock. A dead one does not keep it. */
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
    // Otherwise it was released in the meantime.
    at = moment();
    own = await create(path, self);
  }
  let mark = own;
  let beatAt = at;
  let state: "held" | "lost" | "released" = "held";
  const stop = new AbortController();
  /** One after the other: a beat must not make a lock anew that is being released. */
  let turn: Promise<unknown> = Promise.resolve();
  const keeping = keep();

  function moment() {
    return { elapsed: clock.elapsed(), now: clock.now() };
  }

  /** By both clocks: one stands still while the machine sleeps, the other may be set. */
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
      // One that fails says nothing; the next one may go well.
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
    // Only a beat that reached the lock in its place counts.
    const reached = await whoseIs(path, mark);
    if (reached === "another's") return lose();
    if (reached === "ours") beatAt = startedAt;
  }

  /** Gone, as by a person's hand: only while nobody else can have come, worked, and gone since. */
  async function isMadeAnew(): Promise<boolean> {
    // With its folder gone nothing can be said; that may come back.
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
    if ((await whoseIs(path, mark)) === "ours") {
      await moveAside(path, async (aside) => (await whoseIs(aside, mark)) === "ours");
    }
  }

  return {
    isFromUnknown,
    isFresh,
    async confirm() {
      if (state === "held" && (await whoseIs(path, mark)) === "ours" && isFresh()) return;
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

/** Who has the lock, unless that process is known to be dead. For those who only look. */
export async function liveHolderOf(path: string): Promise<ProcessIdentity | undefined> {
  const identity = (await holderOf(path))?.identity;
  if (identity === undefined || (await isProcessAlive(identity)) === false) return undefined;
  return identity;
}

/** The lock file while it is held. As long as it is open, no other file can have its number. */
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
  // A full disk must not keep a queue from starting: delivering frees space.
  await file.writeFile(JSON.stringify(self)).catch(() => undefined);
  const { ino: inode, dev: device } = await file.stat({ bigint: true });
  const { bytesRead, buffer } = await file.read({ position: 0 });
  return { file, inode, device, stamp: stampOf(inode, buffer.toString("utf8", 0, bytesRead)) };
}

async function whoseIs(path: string, { inode, device }: Mark): Promise<"ours" | "another's" | "nobody's"> {
  try {
    const found = await lstat(path, { bigint: true });
    return found.ino === inode && found.dev === device ? "ours" : "another's";
  } catch (error) {
    if (isCode(error, "ENOENT")) return "nobody's";
    throw error;
  }
}

/** Less work than that of `fs/promises`, at every commit of a queue. */
const lstat = promisify(lstatWithCallback);

interface Holder {
  /** Tells this lock from any other of the same name; stays the same while it is held. */
  readonly stamp: string;
  /** Changes while it is held. */
  readonly beatAt: bigint;
  /** Undefined when it did not come to write it: it died, or its disk is full. */
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
    // Behind the opening, which is when a network's file system asks its server.
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

/** A process of another machine or container cannot be asked, but it can be seen to move. */
async function isMoving({ stamp, beatAt }: Holder, path: string, clock: Clock): Promise<boolean> {
  await sleep(clock, WATCH_MS, new AbortController().signal);
  const now = await holderOf(path);
  return now !== undefined && (now.stamp !== stamp || now.beatAt !== beatAt);
}

/** Unless the holder has moved at the last moment, or another has taken its lock already. */
async function takeAway(path: string, { stamp, beatAt }: Holder): Promise<void> {
  await moveAside(path, async (aside) => {
    const taken = await holderOf(aside);
    return taken?.stamp === stamp && taken.beatAt === beatAt;
  });
}

/** By renaming, so that of two that want to remove a lock only one does, and that it is the one that is meant. */
async function moveAside(path: string, isMeant: (aside: string) => Promise<boolean>): Promise<void> {
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

/** Without harm to one that was made meanwhile, where the file system can do that. */
async function putBack(aside: string, path: string): Promise<void> {
  await link(aside, path).catch(async (error: unknown) => {
    if (!isCode(error, "EEXIST")) await rename(aside, path);
  });
}

function nameOf(holder: ProcessIdentity | undefined): string {
  return holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
