import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addExplainCommand(program: Command, registration: Registration): void {
  const command = program
    .command("explain <id>")
    .description("what would happen to an event at a destination, without sending it")
    .requiredOption("--event <file>", "a file with one OCSF event; - for standard input");
  register(command, registration, {
    examples: [
      "arbitex-siem explain splunk_hec --event event.json",
      "head -1 events.ndjson | arbitex-siem explain splunk_hec --event - --json",
    ],
    act: async (context, { event }, [id = ""]) =>
      (await import("../commands/explain.ts")).explain(context, id, String(event)),
  });
}
