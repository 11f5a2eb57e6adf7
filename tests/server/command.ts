import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const BIN = join(ROOT, "packages/server/bin/arbitex-siem.js");

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** What was written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when the output so far, of either stream, matches. Rejects when the command ends without it. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the command has ended. */
  finished: Promise<Finished>;
}

/** Starts the real command with nothing in its environment but what is given. */
export function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd: ROOT,
    // Its own folder is every test's: a queue on disk there would be shared by all.
    env: { PATH: process.env["PATH"], SIEM_QUEUE: "memory", ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    tell();
  });
  const finished = once(child, "close").then(() => {
    tell();
    return { exitCode: child.exitCode, stdout, stderr };
  });
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    finished,
    says(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(`${stdout}\n${stderr}`);
          if (found === null && child.exitCode === null && child.signalCode === null) return;
          listeners.delete(look);
          if (found === null) reject(new Error(`ended without ${String(pattern)}:\n${stdout}\n${stderr}`));
          else resolve(found);
        };
        listeners.add(look);
        look();
      });
    },
  };
}

/** Runs the real command to its end. */
export function run(words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Finished> {
  const running = start(words, environment);
  running.process.stdin?.end();
  return running.finished;
}

/** A simulator's configuration as environment variables. */
export function environmentOf(
  prefix: string,
  config: Readonly<Record<string, string | number | boolean>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [`${prefix}_${key.toUpperCase()}`, String(value)]),
  );
}
