import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addCheckCommand(program: Command, registration: Registration): void {
  const command = program
    .command("check [id]")
    .description("connect to destinations and prove what can be proved without writing an event");
  register(command, registration, {
    examples: ["arbitex-siem check", "arbitex-siem check splunk_hec --json"],
    act: async (context, _options, [id]) => (await import("../commands/check.ts")).check(context, id),
  });
}
