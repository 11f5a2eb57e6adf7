import { dirname, join, sep } from "node:path";
import type { Readable } from "node:stream";
import type { ProcessSignals } from "./process-signals.ts";
import { processSignals } from "./process-signals.ts";

/** A stream that may be a person's screen. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** False when the reader is slower; `drain` tells when it has caught up. */
  write(text: string): boolean;
  once?(event: "drain", listener: () => void): unknown;
}

/** How much fits. A terminal that was given no size, as by `docker run -t` or `script`, says 0. */
export function sizeOf({ columns, rows }: OutputStream): { readonly columns: number; readonly rows: number } {
  return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
}

const USUAL = { columns: 80, rows: 24 };

/** The world around a command. Tests hand in their own. */
export interface Terminal extends ProcessSignals {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Where this command is installed; undefined for one that runs as part of another program. */
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

/** The script's path as it was called says whose `node_modules` it is in; the real one may be in a store of all projects. */
function commandFolder(): string {
  const [, script = ""] = process.argv;
  return script.includes(`${sep}node_modules${sep}`) ? dirname(script) : join(import.meta.dirname, "../../..");
}
