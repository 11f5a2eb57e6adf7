import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const commands = () => import("../commands/pause.ts");

export function addPauseCommands(program: Command, registration: Registration): void {
  const pause = program.command("pause <id>").description("keep a destination's events without sending them");
  register(pause, registration, {
    examples: ["arbitex-siem pause splunk_hec"],
    act: async (context, _options, [id = ""]) => (await commands()).pause(context, id, true),
  });
  const resume = program.command("resume <id>").description("send a paused destination's events again");
  register(resume, registration, {
    examples: ["arbitex-siem resume splunk_hec"],
    act: async (context, _options, [id = ""]) => (await commands()).pause(context, id, false),
  });
}
