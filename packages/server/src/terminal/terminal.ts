import type { Readable } from "node:stream";

/** A stream that may be a person's screen. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** False when the reader is slower; `drain` tells when it has caught up. */
  write(text: string): boolean;
  once?(event: "drain", listener: () => void): unknown;
}

/** The world around a command. Tests hand in their own. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Calls `action` when the process is asked to end; the returned function stops that. */
  onSignal(action: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once. */
  kill(signal: NodeJS.Signals): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export function processTerminal(): Terminal {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    workingFolder: process.cwd(),
    onSignal(action) {
      for (const signal of SIGNALS) process.on(signal, action);
      return () => {
        for (const signal of SIGNALS) process.off(signal, action);
      };
    },
    kill(signal) {
      for (const name of SIGNALS) process.removeAllListeners(name);
      process.kill(process.pid, signal);
    },
  };
}
