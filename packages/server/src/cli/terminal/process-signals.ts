import { closeSync, openSync } from "node:fs";

/** What the world asks of a running process. Each function that is returned ends the watch. */
export interface ProcessSignals {
  /** Calls `action` when the process is asked to end: by SIGINT, SIGTERM, or SIGHUP unless that asks for a reload. */
  onSignal(action: (signal: NodeJS.Signals) => void): () => void;
  /** Calls `action` when SIGHUP asks for the configuration to be read again. That of a terminal that was closed does not. */
  onReload(action: () => void): () => void;
  /** Calls `action` once when a package manager started the process and what it started it with is gone. */
  onOrphaned(action: () => void): () => void;
  /** Ends the process at once. */
  kill(signal: NodeJS.Signals): void;
}

const END_SIGNALS = ["SIGINT", "SIGTERM"] as const;
const LOOK_FOR_PARENT_MS = 500;

export function processSignals(): ProcessSignals {
  const onEnd = new Set<(signal: NodeJS.Signals) => void>();
  const onReload = new Set<() => void>();

  function hangUp(signal: NodeJS.Signals): void {
    if (onReload.size > 0 && !isTerminalGone()) for (const action of onReload) action();
    else for (const action of onEnd) action(signal);
  }
  /** SIGHUP ends the process, as ever, where nobody listens. */
  function followHangUps(): void {
    process.off("SIGHUP", hangUp);
    if (onEnd.size + onReload.size > 0) process.on("SIGHUP", hangUp);
  }

  return {
    onSignal(action) {
      onEnd.add(action);
      for (const signal of END_SIGNALS) process.on(signal, action);
      followHangUps();
      return () => {
        onEnd.delete(action);
        for (const signal of END_SIGNALS) process.off(signal, action);
        followHangUps();
      };
    },
    onReload(action) {
      onReload.add(action);
      followHangUps();
      return () => {
        onReload.delete(action);
        followHangUps();
      };
    },
    onOrphaned,
    kill(signal) {
      for (const name of [...END_SIGNALS, "SIGHUP"]) process.removeAllListeners(name);
      process.kill(process.pid, signal);
    },
  };
}

/** A server in a terminal gets SIGHUP when somebody closes that, and then has no terminal to open any more. */
function isTerminalGone(): boolean {
  if (!process.stdin.isTTY && !process.stdout.isTTY) return false;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return false;
  } catch {
    return true;
  }
}

/**
 * npm, npx and pnpm put a shell between themselves and the process, which dies of SIGTERM and passes nothing on. That
 * the parent is another one is all that tells.
 */
function onOrphaned(action: () => void): () => void {
  const parent = process.ppid;
  if (process.env["npm_config_user_agent"] === undefined) return () => undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    action();
  }, LOOK_FOR_PARENT_MS);
  timer.unref();
  return () => clearInterval(timer);
}
