import { Command } from "commander";
import type { ExitCode } from "./account/account.ts";
import { addBundleCommands } from "./commands/bundles.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addConnectorCommands } from "./commands/connectors.ts";
import { addDatabaseCommands } from "./commands/db.ts";
import { addDeadLetterCommands } from "./commands/dead-letters.ts";
import { addOcsfCommands } from "./commands/ocsf.ts";
import { addQueueCommands } from "./commands/queue.ts";
import { addReloadCommand } from "./commands/reload.ts";
import { addRunCommand } from "./commands/run.ts";
import { addSecretCommands } from "./commands/secrets.ts";
import { addSetupCommand } from "./commands/setup.ts";
import { addSetupLinkCommands } from "./commands/setup-links.ts";
import { addSimulateCommand } from "./commands/simulate.ts";
import { addStatusCommands } from "./commands/status.ts";
import { addTokenCommands } from "./commands/tokens.ts";
import { addValidateCommand } from "./commands/validate.ts";
import { ownVersion } from "../own-version.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { sizeOf } from "./terminal/terminal.ts";

export interface Program {
  readonly program: Command;
  /** Set by the command that ran. */
  readonly outcome: { exitCode: ExitCode };
}

const EXIT_CODES = `
Exit codes: 0 done, and everything delivered; 1 done, but something was dead-lettered, refused or
failed its check; 2 wrong usage or configuration.`;

/** Builds the whole command line. Parsing throws instead of ending the process. */
export function createProgram(terminal: Terminal): Program {
  const { stdout, stderr } = terminal;
  const outcome = { exitCode: 0 as ExitCode };
  const registration = {
    terminal,
    finish(code: ExitCode) {
      outcome.exitCode = code;
    },
  };
  const program = new Command("arbitex-siem")
    .description(
      "Delivers OCSF audit events to SIEMs: every event once to every destination that wants it, with an account.",
    )
    .version(ownVersion())
    .addHelpText("after", EXIT_CODES)
    .showHelpAfterError("(add --help for the options)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHelpWidth: () => sizeOf(stdout).columns,
      getErrHelpWidth: () => sizeOf(stderr).columns,
    });
  addRunCommand(program, registration);
  addStatusCommands(program, registration);
  addReloadCommand(program, registration);
  addValidateCommand(program, registration);
  addConnectorCommands(program, registration);
  addCheckCommand(program, registration);
  addSetupCommand(program, registration);
  addSimulateCommand(program, registration);
  addDeadLetterCommands(program, registration);
  addQueueCommands(program, registration);
  addBundleCommands(program, registration);
  addOcsfCommands(program, registration);
  addDatabaseCommands(program, registration);
  addSecretCommands(program, registration);
  addTokenCommands(program, registration);
  addSetupLinkCommands(program, registration);
  return { program, outcome };
}
