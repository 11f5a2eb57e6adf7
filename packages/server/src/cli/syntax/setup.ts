import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addSetupCommand(program: Command, registration: Registration): void {
  const command = program
    .command("setup <type>")
    .description("what to apply on the SIEM's side: the files that a connector brings for it");
  register(command, registration, {
    examples: ["arbitex-siem setup elastic", "arbitex-siem setup splunk_hec --json"],
    act: async (context, _options, [type = ""]) => (await import("../commands/setup.ts")).setup(context, type),
  });
}
