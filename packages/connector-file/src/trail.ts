import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExclusiveFolder, Logger } from "@arbitex/core";
import { lockFolder } from "@arbitex/core";
import type { Seal } from "./chain.ts";
import { chainHead, hashOf, sealLine } from "./chain.ts";
import type { FileName } from "./names.ts";
import { CHAIN, DATA, nameOf, OPEN } from "./names.ts";
import { recover } from "./recover.ts";
import type { TrailEnd } from "./trail-folder.ts";
import {
  createFile,
  finish,
  isCode,
  makeFolder,
  ownFolderOf,
  removeFile,
  syncFolder,
  writeSynced,
  writeTrailEnd,
} from "./trail-folder.ts";

export interface TrailOptions {
  readonly path: string;
  readonly prefix: string;
  readonly maxFileBytes: number;
  readonly now: () => number;
  readonly logger: Logger;
}

/** The files of one folder in sequence. Calls must not overlap. */
export interface Trail {
  /**
   * Appends a batch. Resolves once the events and their seal would survive a power cut. After a rejection none were
   * accepted.
   */
  append(body: Buffer, events: number): Promise<void>;
  /** Time the current file was begun; undefined without one. */
  readonly openedAt: number | undefined;
  /** Closes the current file, if any. */
  rotate(): Promise<void>;
  readonly isLocked: boolean;
  /** Closes everything and unlocks the folder. */
  close(): Promise<void>;
}

/** The current file. */
interface Growing extends FileName {
  readonly data: FileHandle;
  readonly chain: FileHandle;
  readonly openedAt: number;
  sealed: Seal;
  chainBytes: number;
}

export function createTrail({ path, prefix, maxFileBytes, now, logger }: TrailOptions): Trail {
  let lock: ExclusiveFolder | undefined;
  let end: TrailEnd | undefined;
  let growing: Growing | undefined;

  async function begin(after: TrailEnd): Promise<Growing> {
    const openedAt = now();
    const name = nameOf(prefix, after.sequence + 1, openedAt);
    const [dataPath, chainPath] = pathsOf(name);
    const chain = await createFile(chainPath + OPEN);
    let data: FileHandle | undefined;
    try {
      const head = Buffer.from(chainHead(name.stem, after.hash));
      await writeSynced(chain, head, 0);
      data = await createFile(dataPath + OPEN);
      await syncFolder(path);
      return {
        ...name,
        data,
        chain,
        openedAt,
        sealed: { end: 0, events: 0, hash: after.hash },
        chainBytes: head.length,
      };
    } catch (error) {
      await Promise.allSettled([chain.close(), data?.close()]);
      // Removed at once: on a full disk every further try would find it.
      await Promise.allSettled([removeFile(chainPath + OPEN), removeFile(dataPath + OPEN)]);
      throw error;
    }
  }

  function pathsOf({ stem }: FileName): readonly [string, string] {
    return [join(path, stem + DATA), join(path, stem + CHAIN)];
  }

  async function seal(file: Growing, kind: "batch" | "closed", sealed: Seal): Promise<void> {
    const line = Buffer.from(sealLine(kind, sealed));
    await writeSynced(file.chain, line, file.chainBytes);
    file.chainBytes += line.length;
    file.sealed = sealed;
  }

  async function finishGrowing(): Promise<void> {
    if (growing === undefined) return;
    const file = growing;
    const [dataPath, chainPath] = pathsOf(file);
    await seal(file, "closed", file.sealed);
    // The events last: a collector that sees their last name finds them whole, and their chain beside them.
    await finish(file.chain, chainPath + OPEN, chainPath);
    await finish(file.data, dataPath + OPEN, dataPath);
    await syncFolder(path);
    end = { sequence: file.sequence, hash: file.sealed.hash };
    await writeTrailEnd(path, end);
    growing = undefined;
    await Promise.all([file.chain.close(), file.data.close()]);
    const { events, hash, end: bytes } = file.sealed;
    logger.info({ file: `${file.stem}${DATA}`, events, bytes, sha256: hash }, "file is closed");
  }

  /** Abandons a file after a failed write, whose effect is unknown: it is reread and closed at its last seal. */
  async function abandon(): Promise<void> {
    const file = growing;
    growing = undefined;
    end = undefined;
    await Promise.allSettled([file?.chain.close(), file?.data.close()]);
  }

  async function abandonedOnError<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      await abandon();
      throw error;
    }
  }

  /** Rejects if the lock was lost: another process may have the folder, and nothing in it may be changed. */
  async function confirmLock(held: ExclusiveFolder): Promise<void> {
    try {
      await held.confirm();
    } catch (error) {
      lock = undefined;
      await held.release().catch(() => undefined);
      throw error;
    }
  }

  return {
    get openedAt() {
      return growing?.openedAt;
    },
    get isLocked() {
      return lock !== undefined;
    },
    async append(body, events) {
      await makeFolder(path);
      lock ??= await lockOf(path);
      const held = lock;
      await abandonedOnError(async () => {
        if (!held.isFresh()) await confirmLock(held);
        const isFull = growing !== undefined && growing.sealed.end + body.length > maxFileBytes;
        if (isFull) await finishGrowing();
        end ??= await recover({ path, prefix, logger });
        growing ??= await begin(end);
        const { sealed, data } = growing;
        await writeSynced(data, body, sealed.end);
        const hash = hashOf(sealed.hash, body);
        await seal(growing, "batch", { end: sealed.end + body.length, events: sealed.events + events, hash });
        await confirmLock(held);
      });
    },
    rotate: () => abandonedOnError(finishGrowing),
    async close() {
      try {
        await abandonedOnError(finishGrowing);
      } finally {
        const held = lock;
        lock = undefined;
        await held?.release();
      }
    },
  };
}

/** Time to wait for the lock: a replaced destination may still be closing. */
const PATIENCE_MS = 3000;
const LOOK_AGAIN_MS = 100;

async function lockOf(path: string): Promise<ExclusiveFolder> {
  for (const until = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await lockFolder(ownFolderOf(path));
    } catch (error) {
      if (!isCode(error, "SIEM_FOLDER_LOCKED") || Date.now() > until) throw error;
    }
    await sleep(LOOK_AGAIN_MS);
  }
}
