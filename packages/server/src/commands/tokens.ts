import type { Command } from "commander";
import { createToken, createTokenOptions, listTokens, revokeToken } from "../access/token-commands.ts";
import type { Registration } from "./registration.ts";
import { register } from "./registration.ts";

export function addTokenCommands(program: Command, registration: Registration): void {
  const group = program.command("tokens").description("bearer tokens of those who send events or change destinations");
  const create = group
    .command("create")
    .description("make a token and print it, this once: only its hash is stored")
    .requiredOption("--scope <scope>", "ingest, admin, or org:<uuid> for one organisation")
    .option("--name <name>", "for people and for audit events (default: the scope)")
    .option("--expires <time>", "a date, or how long from now, such as 90d (default: never)");
  register(create, registration, {
    examples: [
      "arbitex-siem tokens create --scope ingest --name gateway --expires 90d",
      "arbitex-siem tokens create --scope org:0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001",
      "TOKEN=$(arbitex-siem tokens create --scope admin)",
    ],
    act: (context, options) => createToken(context, createTokenOptions.parse(options)),
  });
  register(group.command("list").description("list them, with those that are expired or revoked"), registration, {
    examples: ["arbitex-siem tokens list", "arbitex-siem tokens list --json"],
    act: (context) => listTokens(context),
  });
  register(group.command("revoke <id>").description("refuse a token from now on"), registration, {
    examples: ["arbitex-siem tokens revoke 0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001"],
    act: (context, _options, [id = ""]) => revokeToken(context, id),
  });
}
