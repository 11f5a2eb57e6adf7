import { Command } from "commander";
import type { ExitCode } from "./account/account.ts";
import { addBundleCommands } from "./syntax/bundles.ts";
import { addCheckCommand } from "./syntax/check.ts";
import { addConnectorCommands } from "./syntax/connectors.ts";
import { addDatabaseCommands } from "./syntax/db.ts";
import { addDeadLetterCommands } from "./syntax/dead-letters.ts";
import { addExplainCommand } from "./syntax/explain.ts";
import { addOcsfCommands } from "./syntax/ocsf.ts";
import { addPauseCommands } from "./syntax/pause.ts";
import { addQueueCommands } from "./syntax/queue.ts";
import { addReloadCommand } from "./syntax/reload.ts";
import { addRunCommand } from "./syntax/run.ts";
import { addSecretCommands } from "./syntax/secrets.ts";
import { addSetupCommand } from "./syntax/setup.ts";
import { addSetupLinkCommands } from "./syntax/setup-links.ts";
import { addSigningKeyCommands } from "./syntax/signing-keys.ts";
import { addSimulateCommand } from "./syntax/simulate.ts";
import { addStatusCommands } from "./syntax/status.ts";
import { addTapCommand } from "./syntax/tap.ts";
import { addTokenCommands } from "./syntax/tokens.ts";
import { addValidateCommand } from "./syntax/validate.ts";
import { addVerifyCommand } from "./syntax/verify.ts";
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
  addExplainCommand(program, registration);
  addTapCommand(program, registration);
  addPauseCommands(program, registration);
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
  addSigningKeyCommands(program, registration);
  addVerifyCommand(program, registration);
  return { program, outcome };
}
