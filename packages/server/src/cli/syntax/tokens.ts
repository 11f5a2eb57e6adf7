import type { Command } from "commander";
import type { NewTokenOptions } from "../commands/token-commands.ts";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const tokenCommands = () => import("../commands/token-commands.ts");

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
    act: async (context, options: NewTokenOptions) => (await tokenCommands()).createToken(context, options),
  });
  register(group.command("list").description("list them, with those that are expired or revoked"), registration, {
    examples: ["arbitex-siem tokens list", "arbitex-siem tokens list --json"],
    act: async (context) => (await tokenCommands()).listTokens(context),
  });
  register(group.command("revoke <id>").description("refuse a token from now on"), registration, {
    examples: ["arbitex-siem tokens revoke 0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001"],
    act: async (context, _options, [id = ""]) => (await tokenCommands()).revokeToken(context, id),
  });
}
