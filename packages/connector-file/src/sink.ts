import type { Batch, ConnectorContext, SendResult, Sink } from "@arbitex/core";
import { checkFolder } from "./check.ts";
import type { FileConfig } from "./schema.ts";
import { createTrail } from "./trail.ts";
import { verdictOf } from "./verdict.ts";

/** Runs an action after a time; the returned function cancels it. */
export type After = (ms: number, action: () => void) => () => void;

/** Opens the sink of a folder. */
export function openFileSink(config: FileConfig, context: ConnectorContext, after: After = afterTimer): Sink {
  const { path, prefix, max_file_bytes, max_file_age } = config;
  const { now, logger } = context;
  const trail = createTrail({ path, prefix, maxFileBytes: max_file_bytes, now, logger });
  let turn: Promise<unknown> = Promise.resolve();
  let callOff: (() => void) | undefined;

  /** Runs actions one at a time: a batch's hash covers the previous one. */
  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = turn.then(act);
    turn = done.catch(() => undefined);
    return done;
  }

  async function append({ body, records }: Batch): Promise<SendResult> {
    try {
      await trail.append(body, records.length);
      closeInTime();
      return { kind: "accepted" };
    } catch (error) {
      return verdictOf(error, path);
    }
  }

  /** Closes a file when it is old enough, even without new events. */
  function closeInTime(): void {
    callOff?.();
    if (trail.openedAt === undefined) return;
    const left = trail.openedAt + max_file_age * 1000 - now();
    callOff = after(Math.max(0, left), () => {
      inTurn(() => trail.rotate()).catch((error: unknown) => {
        logger.warn({ path, reason: String(error) }, "file cannot be closed, it is tried again with the next events");
      });
    });
  }

  return {
    encode: (record) => ({ record }),
    send: (batch) => inTurn(() => append(batch)),
    check: () => inTurn(() => checkFolder(path, trail.isLocked)),
    async close() {
      callOff?.();
      await inTurn(() => trail.close());
    },
  };
}

function afterTimer(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms).unref();
  return () => clearTimeout(timer);
}
