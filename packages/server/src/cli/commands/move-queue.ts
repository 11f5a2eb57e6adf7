import { describeProblem } from "@arbitex/core/host";
import type { HostSettings } from "../../config/deployment.ts";
import { kafkaProblems } from "../../service/kafka-problems.ts";
import { UsageError } from "../../usage-error.ts";
import type { Moved } from "../../service/move-queue.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, paintOf, printJson, printLines } from "../shared/context.ts";
import { createLogger } from "../terminal/log.ts";
import { counted, grouped } from "../terminal/numbers.ts";
import { createShareProgress } from "../terminal/share-progress.ts";
import { watchStopSignals } from "../views/stop-signals.ts";

/** Moves all queued events from the disk to a Kafka cluster, or back. No server may run with the queue they leave. */
export async function moveQueue(context: CommandContext, to: string | undefined, path?: string): Promise<ExitCode> {
  if (to !== "kafka" && to !== "disk")
    throw new UsageError("Say where the events are to go: --to kafka, or --to disk.");
  const deployment = await load(context);
  assertKafkaIsUsable(deployment.settings);
  const { readKafkaTopic } = await import("../../service/kafka-topic.ts");
  const topic = await readKafkaTopic(deployment);
  const [problem] = topic.state === undefined || to === "kafka" ? topic.problems.filter(({ isFatal }) => isFatal) : [];
  if (problem !== undefined) throw new UsageError(`${problem.message} Run this first: ${problem.fix}`);

  const { terminal } = context;
  const progress = createShareProgress(terminal.stderr, paintOf(context, terminal.stderr));
  const logger = createLogger({ level: "warn", write: (text) => progress.write(text), paint: undefined });
  const stop = new AbortController();
  const unwatch = watchStopSignals(terminal, {
    first(reason) {
      progress.write(`${reason}: ending after what is under way\n`);
      stop.abort();
    },
    second: () => undefined,
  });
  let count = 0;
  const options = {
    path: path ?? deployment.settings.queue.path,
    topic,
    logger,
    signal: stop.signal,
    onMoved(destinationId: string, events: number) {
      count += events;
      progress.update(0, `${grouped(count)} moved, now of ${destinationId}`);
    },
  };
  let moved: readonly Moved[];
  try {
    const { moveToDisk, moveToKafka } = await import("../../service/move-queue.ts");
    const { withDatabase } = await import("../shared/with-database.ts");
    moved =
      to === "kafka"
        ? await moveToKafka(options)
        : await withDatabase(context, deployment.settings, (database) => moveToDisk(options, database));
  } finally {
    progress.end();
    unwatch();
  }
  const isInterrupted = stop.signal.aborted;
  if (context.json)
    printJson(context, { to, path: options.path, destinations: moved.map(rowOf), interrupted: isInterrupted });
  else printLines(terminal.stdout, [...movedLines(moved, to), ...(isInterrupted ? [UNFINISHED] : [])]);
  return isInterrupted || moved.some(({ unreadable }) => unreadable > 0) ? 1 : 0;
}

const UNFINISHED = "It is unfinished: run the same command again. What was moved stays moved.";

function assertKafkaIsUsable(settings: HostSettings): void {
  const wanted = { ...settings, queue: { ...settings.queue, store: "kafka" as const } };
  const [problem] = kafkaProblems(wanted, process.versions.node);
  if (problem !== undefined) throw new UsageError(describeProblem(problem));
}

function rowOf({ destinationId, events, unreadable }: Moved) {
  return { id: destinationId, events, unreadable };
}

function movedLines(moved: readonly Moved[], to: "kafka" | "disk"): readonly string[] {
  if (moved.length === 0) return ["Nothing was queued."];
  return moved.map(({ destinationId, events, unreadable }) => {
    const lost = unreadable === 0 ? "" : ` ${grouped(unreadable)} could not be read from the disk.`;
    return `${counted(events, "event")} of ${destinationId} moved to ${to === "kafka" ? "Kafka" : "the disk"}.${lost}`;
  });
}
