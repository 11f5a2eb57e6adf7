import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

interface QueueOptions {
  readonly path?: string;
}

interface MoveOptions extends QueueOptions {
  readonly to?: string;
}

const folderCommands = () => import("../commands/queue-folder.ts");

export function addQueueCommands(program: Command, registration: Registration): void {
  const group = program.command("queue").description("the queue on disk: what waits in it, and whether it is whole");

  register(
    withPath(group.command("status")).description("what waits, by destination; also while a server runs"),
    registration,
    {
      examples: ["arbitex-siem queue status", "arbitex-siem queue status --json"],
      act: async (context, { path }: QueueOptions) => (await folderCommands()).showQueue(context, path),
    },
  );
  register(withPath(group.command("verify")).description("read every byte and compare every checksum"), registration, {
    examples: ["arbitex-siem queue verify --path /var/lib/arbitex/queue"],
    act: async (context, { path }: QueueOptions) => (await folderCommands()).verifyQueue(context, path),
  });
  register(
    withPath(group.command("repair")).description(
      "cut torn ends off, and set damaged files aside with what is good copied",
    ),
    registration,
    {
      examples: ["arbitex-siem queue repair --path /var/lib/arbitex/queue"],
      act: async (context, { path }: QueueOptions) => (await folderCommands()).repairQueue(context, path),
    },
  );
  register(
    withPath(group.command("dead-letter <destination>").alias("bury")).description(
      "turn what waits for a destination that is configured no more into dead letters; not while a server runs",
    ),
    registration,
    {
      examples: ["arbitex-siem queue dead-letter old-splunk", "arbitex-siem queue dead-letter old-splunk --json"],
      act: async (context, { path }: QueueOptions, [id = ""]) =>
        (await import("../commands/dead-letter-queued.ts")).deadLetterQueued(context, id, path),
    },
  );
  register(
    withPath(group.command("move").option("--to <store>", "kafka, or disk")).description(
      "move what waits from the disk to a Kafka cluster, or back; not while a server runs with the queue that it leaves",
    ),
    registration,
    {
      examples: ["arbitex-siem queue move --to kafka", "arbitex-siem queue move --to disk"],
      act: async (context, { path, to }: MoveOptions) =>
        (await import("../commands/move-queue.ts")).moveQueue(context, to, path),
    },
  );
}

function withPath(command: Command): Command {
  return command.option("--path <folder>", "folder of the queue (default: SIEM_QUEUE_PATH, or ./queue)");
}
