import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { reportFailure } from "./report-failure.ts";
import { defusedTerminal } from "./terminal/defused.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { processTerminal } from "./terminal/terminal.ts";

/** Rights that nobody but the owner of a file gets. */
const OTHERS = 0o077;
/** Longest time that an open connection of a connector may keep the process after its work is done. */
const LINGER_MS = 2000;

/** Runs one command line and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // Everything that is written holds events, settings or secrets, also by packages that know no modes of files.
  process.umask(OTHERS);
  // A reader such as `head` that has seen enough is no failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
    });
  }
  process.exitCode = await runCommandLine(argv.slice(2), processTerminal());
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** The exit code of a command line, with everything it reads and writes in `given`. */
export async function runCommandLine(words: readonly string[], given: Terminal): Promise<number> {
  const terminal = defusedTerminal(given);
  const { program, outcome } = createProgram(terminal);
  try {
    await program.parseAsync(words, { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    // Commander has written what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportFailure(error, { terminal, json: words.includes("--json") });
  }
}
