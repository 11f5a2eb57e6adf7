import type { Logger } from "../../telemetry/logger.ts";
import type { LogLine } from "./messages.ts";

type Line = Omit<LogLine, "destination">;

/** Creates a logger whose lines another thread writes. */
export function workerLogger(write: (line: Line) => void, common: object = {}): Logger {
  const log = (level: Line["level"]) => (facts: object, text: string) => {
    write({ level, facts: { ...common, ...plain(facts) }, text });
  };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: (facts) => workerLogger(write, { ...common, ...plain(facts) }),
  };
}

/** Converts fields to what can be sent to another thread: anything but text, number or boolean becomes text. */
function plain(facts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]: [string, unknown]) => [key, isPlain(value) ? value : textOf(value)]),
  );
}

function isPlain(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
