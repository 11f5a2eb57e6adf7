import type { Command } from "commander";
import type { SetupOptions } from "../commands/setup.ts";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addSetupCommand(program: Command, registration: Registration): void {
  const command = program
    .command("setup <type>")
    .description("what to apply on the SIEM's side: the files that a connector brings for it")
    .option("--destination <id>", "put in the settings of this configured destination")
    .option("--set <name=value...>", "put in these settings");
  register(command, registration, {
    examples: [
      "arbitex-siem setup elastic",
      "arbitex-siem setup splunk_hec --set index=audit sourcetype=acme:ocsf",
      "arbitex-siem setup splunk_hec --destination soc-splunk --json",
    ],
    act: async (context, options: SetupOptions, [type = ""]) =>
      (await import("../commands/setup.ts")).setup(context, type, options),
  });
}
