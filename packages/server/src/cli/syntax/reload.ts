import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addReloadCommand(program: Command, registration: Registration): void {
  const command = program
    .command("reload")
    .description("let the running server read its configuration again, and change what has changed");
  register(command, registration, {
    examples: ["arbitex-siem reload", "arbitex-siem reload --config siem.config.yaml --json"],
    act: async (context) => (await import("../commands/reload.ts")).reload(context),
  });
}
