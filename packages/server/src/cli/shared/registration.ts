import { MAX_WORKERS } from "../../config/most-workers.ts";
import type { Command, OptionValues } from "commander";
import { InvalidArgumentError } from "commander";
import type { ExitCode } from "../account/account.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { CommandContext } from "./context.ts";

/** What a command needs to register itself with the program. */
export interface Registration {
  readonly terminal: Terminal;
  /** Called by every command with its exit code. */
  finish(code: ExitCode): void;
}

interface CommonOptions {
  readonly json?: boolean;
  readonly config?: string;
  readonly root?: string;
}

/** Loads what the command does and does it. Until then nothing is loaded but how commands are called. */
type Act<Options> = (context: CommandContext, options: Options, words: readonly string[]) => Promise<ExitCode>;

interface RegisterOptions<Options> {
  readonly examples: readonly string[];
  /** Help of `--json`, when it differs from the default. */
  readonly jsonHelp?: string;
  readonly act: Act<Options>;
}

/** Adds the common options, help with examples, and the action to a command. */
export function register<Options extends OptionValues>(
  command: Command,
  registration: Registration,
  { examples, jsonHelp = "print one JSON document on stdout, and nothing else there", act }: RegisterOptions<Options>,
): void {
  command
    .option("--json", jsonHelp)
    .option("--config <file>", "configuration file (default: SIEM_CONFIG, or siem.config.yaml in this folder)")
    .option(
      "--root <folder>",
      "folder of the package.json with the connectors (default: SIEM_ROOT, or where it is found)",
    )
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}\n`).join("")}`)
    .action(async () => {
      const options = command.opts<Options & CommonOptions>();
      const { json = false, config, root } = options;
      registration.finish(
        await act({ terminal: registration.terminal, json, configPath: config, root }, options, command.args),
      );
    });
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

export function workerNumber(text: string): number {
  const workers = Number(text);
  if (/^\d+$/.test(text) && workers <= MAX_WORKERS) return workers;
  throw new InvalidArgumentError(`A number of workers is from 0 to ${MAX_WORKERS}.`);
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
}
