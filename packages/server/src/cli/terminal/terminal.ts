import { dirname, join, sep } from "node:path";
import type { Readable } from "node:stream";
import type { ProcessSignals } from "./process-signals.ts";
import { processSignals } from "./process-signals.ts";

/** A stream that may be an interactive terminal. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** False when the reader is slower; `drain` is emitted when it has caught up. */
  write(text: string): boolean;
  once?(event: "drain", listener: () => void): unknown;
}

/** Size of the terminal. One started without a size, as by `docker run -t` or `script`, reports 0. */
export function sizeOf({ columns, rows }: OutputStream): { readonly columns: number; readonly rows: number } {
  return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
}

const USUAL = { columns: 80, rows: 24 };

/** The process environment of a command. Tests pass their own. */
export interface Terminal extends ProcessSignals {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Install folder of this command; undefined inside another program. */
  readonly commandFolder?: string | undefined;
}

export function processTerminal(): Terminal {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    workingFolder: process.cwd(),
    commandFolder: commandFolder(),
    ...processSignals(),
  };
}

/**
 * Uses the script's path as it was called, which tells whose `node_modules` it is in. The real path may be in a shared
 * store.
 */
function commandFolder(): string {
  const [, script = ""] = process.argv;
  return script.includes(`${sep}node_modules${sep}`) ? dirname(script) : join(import.meta.dirname, "../../..");
}
