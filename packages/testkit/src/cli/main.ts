import type { ExitCode } from "./exit-code.ts";
import { optionsCommand } from "./options-command.ts";
import { UsageError } from "../verify/usage-error.ts";
import { verifyCommand } from "./verify-command.ts";

const HELP = `Usage: arbitex-testkit <command>

  verify PACKAGE [--json] [--before PACKAGE]
                               check a connector that is installed, by its name or its folder: its package, its settings and
                               secrets, and what it does with a simulated SIEM under faults; --before compares its settings
                               with those of an earlier version
  options [FOLDER] [--check]   write the table of settings between the marks "options:begin" and "options:end" of the README
                               of a connector that is built, or with --check say whether it is up to date

  --help                       this text

Exit code: 0 all well, 1 something is found, 2 wrong usage.
`;

const commands: Readonly<Record<string, (words: readonly string[]) => Promise<ExitCode>>> = {
  options: optionsCommand,
  verify: verifyCommand,
};

/** Runs one command line. Results go to stdout, problems with the command line itself to stderr. */
export async function main(words: readonly string[]): Promise<ExitCode> {
  const [name = "--help", ...rest] = words;
  if (words.includes("--help") || words.includes("-h") || words.length === 0) {
    process.stdout.write(HELP);
    return words.length === 0 ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (command === undefined) {
      throw new UsageError(`There is no command "${name}". There are: ${Object.keys(commands).join(", ")}.`);
    }
    return await command(rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`arbitex-testkit: ${error.message}\n`);
    return 2;
  }
}
