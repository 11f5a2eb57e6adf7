import type { Command } from "commander";
import type { ListLinksOptions, NewLinkOptions } from "../commands/setup-link-commands.ts";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const linkCommands = () => import("../commands/setup-link-commands.ts");

export function addSetupLinkCommands(program: Command, registration: Registration): void {
  const group = program
    .command("setup-links")
    .description("links with which a customer connects a SIEM in the console, without an account");
  const create = group
    .command("create")
    .description("make a link and print it, this once: only its hash is stored")
    .requiredOption("--org <uuid>", "the organisation whose destinations it sets up")
    .option("--name <name>", "for people and for audit events, such as whom it is for")
    .option("--expires <time>", "a date, or how long from now, such as 7d", "72h")
    .option("--url <origin>", "address of the server as browsers reach it (default: the configured one)");
  register(create, registration, {
    examples: [
      'arbitex-siem setup-links create --org 0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001 --name "Ada, Acme IT"',
      "arbitex-siem setup-links create --org 0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001 --expires 7d --url https://siem.example.com",
    ],
    act: async (context, options: NewLinkOptions) => (await linkCommands()).createLink(context, options),
  });
  const list = group
    .command("list")
    .description("list them, with those that are expired or revoked")
    .option("--org <uuid>", "of one organisation alone");
  register(list, registration, {
    examples: ["arbitex-siem setup-links list", "arbitex-siem setup-links list --json"],
    act: async (context, options: ListLinksOptions) => (await linkCommands()).listLinks(context, options),
  });
  register(group.command("revoke <id>").description("refuse a link from now on, and end its sessions"), registration, {
    examples: ["arbitex-siem setup-links revoke 0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001"],
    act: async (context, _options, [id = ""]) => (await linkCommands()).revokeLink(context, id),
  });
}
