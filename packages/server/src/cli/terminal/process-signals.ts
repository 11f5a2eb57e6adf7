import { closeSync, openSync } from "node:fs";

/** Signals of a running process. Each returned function stops the watch. */
export interface ProcessSignals {
  /** Calls `action` on SIGINT, SIGTERM, or a SIGHUP that is no request to reload. */
  onSignal(action: (signal: NodeJS.Signals) => void): () => void;
  /** Calls `action` when SIGHUP requests a reload. A SIGHUP because the terminal was closed does not. */
  onReload(action: () => void): () => void;
  /** Calls `action` once when the package manager that started the process has ended. */
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
  /** Without a listener, SIGHUP ends the process as usual. */
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

/** Closing a terminal sends SIGHUP to a server in it. Afterwards `/dev/tty` cannot be opened any more. */
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
 * npm, npx and pnpm start the process through a shell, which dies of SIGTERM without forwarding it. The only sign is
 * that the parent process changes.
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
