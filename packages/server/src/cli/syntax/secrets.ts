import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addSecretCommands(program: Command, registration: Registration): void {
  const group = program.command("secrets").description("how stored settings are encrypted");
  const rotateCommand = group
    .command("rotate")
    .description("encrypt all stored settings with the first key of FERNET_KEY; may run beside servers, and again")
    .option("--dry-run", "only say what would be done");
  register(rotateCommand, registration, {
    examples: [
      "FERNET_KEY=new-key,old-key arbitex-siem secrets rotate",
      "arbitex-siem secrets rotate --dry-run --json",
    ],
    act: async (context, { dryRun = false }: { readonly dryRun?: boolean }) =>
      (await import("../commands/run-rotate.ts")).runRotate(context, dryRun),
  });
}
