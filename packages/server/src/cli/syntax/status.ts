import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const commands = () => import("../commands/status.ts");

export function addStatusCommands(program: Command, registration: Registration): void {
  const status = program
    .command("status [id]")
    .description("how the running server and its destinations are doing, and what to do");
  register(status, registration, {
    examples: ["arbitex-siem status", "arbitex-siem status splunk_hec", "arbitex-siem status --json"],
    act: async (context, _options, [id]) => (await commands()).showStatus(context, id),
  });
  const top = program.command("top").description("the same, kept on screen");
  register(top, registration, {
    examples: ["arbitex-siem top", "arbitex-siem top --json | jq .destinations"],
    jsonHelp: "print one JSON document a second, each on a line",
    act: async (context) => (await commands()).keepOnScreen(context),
  });
}
