import type { Logger } from "@arbitex/core";
import type { DeadLetter, DeadLetters } from "@arbitex/core/host";

/** A logger that records entries as objects, to examine what a real one would print. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly { readonly facts: object; readonly text: string }[];
}

export function createRecordingLogger(): RecordingLogger {
  const lines: { readonly facts: object; readonly text: string }[] = [];
  const keep = (facts: object, text: string) => {
    lines.push({ facts, text });
  };
  const logger: RecordingLogger = { lines, debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  return logger;
}

/** A dead-letter store in memory. */
export interface RecordedDeadLetters extends DeadLetters {
  readonly deadLetters: readonly DeadLetter[];
}

export function createRecordedDeadLetters(): RecordedDeadLetters {
  const deadLetters: DeadLetter[] = [];
  return {
    deadLetters,
    async append(more) {
      deadLetters.push(...more);
    },
    async close() {},
  };
}
