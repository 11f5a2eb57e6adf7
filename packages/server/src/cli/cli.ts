import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { defusedTerminal } from "./terminal/defused.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { processTerminal } from "./terminal/terminal.ts";

/** Umask that leaves files to their owner only. */
const OTHERS = 0o077;
/** How long a connector's open connection may keep the process alive after its work is done. */
const LINGER_MS = 2000;

/** Runs one command line and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // All files contain events, settings or secrets, including files of packages that set no modes.
  process.umask(OTHERS);
  // A reader such as `head` that closes the pipe is no failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
    });
  }
  process.exitCode = await runCommandLine(argv.slice(2), processTerminal());
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** Runs a command line with the streams and environment of `given` and returns its exit code. */
export async function runCommandLine(words: readonly string[], given: Terminal): Promise<number> {
  const terminal = defusedTerminal(given);
  const { program, outcome } = createProgram(terminal);
  try {
    await program.parseAsync(words, { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    // Commander has already printed the error or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { reportFailure } = await import("./report-failure.ts");
    return reportFailure(error, { terminal, json: words.includes("--json") });
  }
}
