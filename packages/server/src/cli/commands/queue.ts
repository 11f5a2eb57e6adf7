import type { Command } from "commander";
import { z } from "zod";
import { deadLetterQueued } from "./dead-letter-queued.ts";
import { repairQueue, showQueue, verifyQueue } from "./queue-folder.ts";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const queueOptions = z.looseObject({ path: z.string().optional() });

export function addQueueCommands(program: Command, registration: Registration): void {
  const group = program.command("queue").description("the queue on disk: what waits in it, and whether it is whole");

  register(
    withPath(group.command("status")).description("what waits, by destination; also while a server runs"),
    registration,
    {
      examples: ["arbitex-siem queue status", "arbitex-siem queue status --json"],
      act: (context, options) => showQueue(context, queueOptions.parse(options).path),
    },
  );
  register(withPath(group.command("verify")).description("read every byte and compare every checksum"), registration, {
    examples: ["arbitex-siem queue verify --path /var/lib/arbitex/queue"],
    act: (context, options) => verifyQueue(context, queueOptions.parse(options).path),
  });
  register(
    withPath(group.command("repair")).description(
      "cut torn ends off, and set damaged files aside with what is good copied",
    ),
    registration,
    {
      examples: ["arbitex-siem queue repair --path /var/lib/arbitex/queue"],
      act: (context, options) => repairQueue(context, queueOptions.parse(options).path),
    },
  );
  register(
    withPath(group.command("dead-letter <destination>").alias("bury")).description(
      "turn what waits for a destination that is configured no more into dead letters; not while a server runs",
    ),
    registration,
    {
      examples: ["arbitex-siem queue dead-letter old-splunk", "arbitex-siem queue dead-letter old-splunk --json"],
      act: (context, options, [id = ""]) => deadLetterQueued(context, id, queueOptions.parse(options).path),
    },
  );
}

function withPath(command: Command): Command {
  return command.option("--path <folder>", "folder of the queue (default: SIEM_QUEUE_PATH, or ./queue)");
}
