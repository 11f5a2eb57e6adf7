import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addValidateCommand(program: Command, registration: Registration): void {
  register(
    program.command("validate").description("check the configuration without connecting to anything"),
    registration,
    {
      examples: ["arbitex-siem validate", "arbitex-siem validate --config siem.config.yaml --json"],
      act: async (context) => (await import("../commands/validate.ts")).validate(context),
    },
  );
}
