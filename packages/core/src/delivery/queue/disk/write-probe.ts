import { join } from "node:path";
import { describeFailure } from "../../../transport/classify-failure.ts";
import type { Clock } from "../../../clock.ts";
import { sleep } from "../../../clock.ts";
import type { Files } from "../../../files/files.ts";

export interface WriteProbeOptions {
  readonly folder: string;
  /** File operations under the folder's lock. */
  readonly files: Files;
  readonly clock: Clock;
}

/**
 * Tests a folder by writing to it. Resolves to why it cannot be written; undefined if it can. Tries at most once a
 * second.
 */
export type WriteProbe = () => Promise<string | undefined>;

const NAME = "probe";
/** Size of a few events: a disk may be full for them but not for less. */
const PROBE_BYTES = 64 * 1024;
const AGAIN_AFTER_MS = 1000;
const TIMEOUT_MS = 5000;

export function createWriteProbe({ folder, files, clock }: WriteProbeOptions): WriteProbe {
  const path = join(folder, NAME);
  let answer: Promise<string | undefined> | undefined;
  let askedAt = 0;
  let isTrying = false;

  async function tryToWrite(): Promise<string | undefined> {
    isTrying = true;
    try {
      await files.remove(path);
      const file = await files.createSafe(path);
      try {
        await file.writeSafe(Buffer.alloc(PROBE_BYTES), 0);
      } finally {
        await file.close();
        await files.remove(path);
      }
      return undefined;
    } catch (error) {
      return `events cannot be written to the queue in ${folder}: ${describeFailure(error)}`;
    } finally {
      isTrying = false;
    }
  }

  /** A hung disk reports no error. */
  async function tooLong(done: AbortSignal): Promise<string> {
    await sleep(clock, TIMEOUT_MS, done);
    return `the queue in ${folder} has not been written to for ${TIMEOUT_MS / 1000} s`;
  }

  async function ask(): Promise<string | undefined> {
    const done = new AbortController();
    try {
      return await Promise.race([tryToWrite(), tooLong(done.signal)]);
    } finally {
      done.abort();
    }
  }

  return () => {
    const now = clock.elapsed();
    if (answer === undefined || (!isTrying && now - askedAt >= AGAIN_AFTER_MS)) {
      askedAt = now;
      answer = ask();
    }
    return answer;
  };
}
