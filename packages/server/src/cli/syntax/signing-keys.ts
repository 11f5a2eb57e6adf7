import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addSigningKeyCommands(program: Command, registration: Registration): void {
  const group = program.command("signing-keys").description("the keys that sign checkpoints");
  register(group.command("show").description("print the public keys, which `verify --key` takes"), registration, {
    examples: ["arbitex-siem signing-keys show --json > keys.json"],
    act: async (context) => (await import("../commands/signing-keys.ts")).showKeys(context),
  });
  register(
    group.command("rotate").description("sign with a new key from the next start on; old ones still verify"),
    registration,
    {
      examples: ["arbitex-siem signing-keys rotate"],
      act: async (context) => (await import("../commands/signing-keys.ts")).rotateKeys(context),
    },
  );
}
