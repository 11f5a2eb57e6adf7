import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const commands = () => import("../commands/connectors.ts");

export function addConnectorCommands(program: Command, registration: Registration): void {
  const group = program.command("connectors").description("the connectors that are installed here");
  register(group.command("list").description("list them: type, package, version, where it lies"), registration, {
    examples: ["arbitex-siem connectors list", "arbitex-siem connectors list --json"],
    act: async (context) => (await commands()).list(context),
  });
  const describeCommand = group
    .command("describe <type>")
    .description("every setting of one: key, environment variable, default, meaning");
  register(describeCommand, registration, {
    examples: ["arbitex-siem connectors describe splunk_hec", "arbitex-siem connectors describe elastic --json"],
    act: async (context, _options, [type = ""]) => (await commands()).describe(context, type),
  });
}
