import type { Command } from "commander";
import type { VerifyOptions } from "../commands/verify.ts";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

export function addVerifyCommand(program: Command, registration: Registration): void {
  const command = program
    .command("verify <export...>")
    .description(
      "name what is missing, altered or foreign in what a SIEM exported; needs no server (- for standard input)",
    )
    .requiredOption("--key <file>", "public keys: of `signing-keys show --json` or GET /v1/signing-keys, or PEM")
    .option(
      "--ledger <file>",
      "checkpoints of GET /v1/org/checkpoints: without them, a tail that is cut off may not show",
    )
    .option("--since <time>", "beginning of the exported period, where the ledger has more")
    .option(
      "--until <time>",
      "end of the exported period: a checkpoint of the last 15 minutes before it must be there",
    );
  register(command, registration, {
    examples: [
      "arbitex-siem signing-keys show --json > keys.json",
      "arbitex-siem verify export.ndjson --key keys.json --ledger checkpoints.json",
    ],
    act: async (context, options: VerifyOptions, words) =>
      (await import("../commands/verify.ts")).verify(context, options, words),
  });
}
