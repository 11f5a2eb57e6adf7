import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addTapCommand(program: Command, registration: Registration): void {
  const command = program
    .command("tap [id]")
    .description("show events as they pass the running server's destinations, until it is ended")
    .option("--filter <cel>", "only events for which this expression in CEL is true");
  register(command, registration, {
    examples: ["arbitex-siem tap", "arbitex-siem tap splunk_hec --filter 'severity_id >= 4' --json"],
    jsonHelp: "print one JSON document a line, for each event and for the account of each second",
    act: async (context, { filter }, [id]) =>
      (await import("../commands/tap.ts")).tap(context, id, typeof filter === "string" ? filter : undefined),
  });
}
