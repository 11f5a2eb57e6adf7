import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { positiveNumber, register } from "../shared/registration.ts";

export function addDeadLetterCommands(program: Command, registration: Registration): void {
  const group = program
    .command("dead-letters")
    .description("the events that could not be delivered: look at them, and send them again");

  const list = withFilter(group.command("list"))
    .description("list those that were not replayed, with a count by destination and stage")
    .option("--all", "those that were replayed too")
    .option("--limit <n>", "most that are listed, the newest (default: 50, with --json all)", positiveNumber);
  register(list, registration, {
    examples: [
      "arbitex-siem dead-letters list",
      "arbitex-siem dead-letters list --destination splunk_hec --stage rejected --since 24h",
      "arbitex-siem dead-letters list --json",
    ],
    act: async (context, options) => {
      const { listDeadLetters, listOptions } = await import("../commands/list-dead-letters.ts");
      return listDeadLetters(context, listOptions.parse(options));
    },
  });

  register(group.command("show <id>").description("show one with its event"), registration, {
    examples: ["arbitex-siem dead-letters show 0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001"],
    act: async (context, _options, [id = ""]) =>
      (await import("../commands/show-dead-letter.ts")).showDeadLetter(context, id),
  });

  const replayCommand = withFilter(group.command("replay"))
    .description("send their events to their destinations again; each is marked once it is settled")
    .option("--to <id>", "to this destination instead; also dead letters of one that is configured no more")
    .option("--dry-run", "only say what would be sent")
    .option("--rate <n>", "most events in a second", positiveNumber);
  register(replayCommand, registration, {
    examples: [
      "arbitex-siem dead-letters replay --destination splunk_hec --dry-run",
      "arbitex-siem dead-letters replay --destination splunk_hec --rate 200",
      "arbitex-siem dead-letters replay --stage send --since 2026-11-25T17:00:00Z",
      "arbitex-siem dead-letters replay --destination old-splunk --to splunk_hec",
    ],
    act: async (context, options) => {
      const { replay, replayOptions } = await import("../commands/replay-dead-letters.ts");
      return replay(context, replayOptions.parse(options));
    },
  });

  const purge = withFilter(group.command("purge"))
    .description("give them up for good: neither listed nor replayed any more")
    .option("--replayed", "only those that were replayed")
    .option("--dry-run", "only say what would be purged");
  register(purge, registration, {
    examples: [
      "arbitex-siem dead-letters purge --replayed",
      "arbitex-siem dead-letters purge --destination splunk_hec --until 90d --dry-run",
    ],
    act: async (context, options) => {
      const { purgeDeadLetters, purgeOptions } = await import("../commands/purge-dead-letters.ts");
      return purgeDeadLetters(context, purgeOptions.parse(options));
    },
  });
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

function withFilter(command: Command): Command {
  return command
    .option("--destination <id>", "only of this destination")
    .option("--stage <stage>", "only of this stage (encode, limit, rejected, send, …); may be repeated", collect)
    .option("--since <time>", "only written since: a date, or how long ago, such as 24h")
    .option("--until <time>", "only written before")
    .option("--id <id>", "only this one; may be repeated", collect);
}
