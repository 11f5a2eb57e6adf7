import type { SchemaName, ValidateOptions } from "@arbitex/core/ocsf";
import { Option } from "commander";
import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const schemas = ["base", "extended"] as const satisfies readonly SchemaName[];

export function addOcsfCommands(program: Command, registration: Registration): void {
  const group = program.command("ocsf").description("OCSF events, judged without a network");
  const validateCommand = group
    .command("validate <file>")
    .description("judge events as the official OCSF 1.1.0 validator does, an event on each line (- for standard input)")
    .addOption(
      new Option("--schema <name>", "bare OCSF 1.1.0, or with the arbitex extension").choices(schemas).default("base"),
    )
    .option("--missing-recommended", "also warn of recommended attributes that are missing", false);
  register(validateCommand, registration, {
    examples: [
      "arbitex-siem ocsf validate events.ndjson",
      "arbitex-siem ocsf validate events.ndjson.gz --schema extended",
      "arbitex-siem ocsf validate - --json < events.ndjson",
    ],
    jsonHelp: 'print {"errors":[{"code","path"}],"warnings":[…]} for each line, in order',
    act: async (context, options: ValidateOptions, [file = "-"]) =>
      (await import("../commands/ocsf.ts")).validateFile(context, file, options),
  });
}
