import type { Deployment } from "../../../config/deployment.ts";
import { createHost } from "@arbitex/core/host";
import { accountLines } from "../../account/account-lines.ts";
import type { Account, ExitCode } from "../../account/account.ts";
import { destinationAccount, exitCodeOf } from "../../account/account.ts";
import type { CommandContext } from "../../shared/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../../shared/context.ts";
import { UsageError } from "../../../usage-error.ts";
import { withOpenDeadLetters } from "../../shared/with-dead-letters.ts";
import { destinationLines } from "../../shared/destination-lines.ts";
import { messageOf } from "../../../message-of.ts";
import type { SplitEvents } from "../../../reading/event-texts.ts";
import type { InputSplitter } from "../../../reading/input-splitter.ts";
import { createInputSplitter } from "../../../reading/input-splitter.ts";
import { gatheredChunks } from "../../../reading/gathered-chunks.ts";
import type { Input } from "../../../reading/open-input.ts";
import { openInput } from "../../../reading/open-input.ts";
import type { Publisher, Tally } from "../../../reading/publish-events.ts";
import { createTally, publishEvents } from "../../../reading/publish-events.ts";
import { auditRecordPublisher } from "../../../reading/audit-record-publisher.ts";
import { createLogger } from "../../terminal/log.ts";
import { counted } from "../../terminal/numbers.ts";
import { hostOptions } from "../../../service/host-options.ts";
import { createProgress } from "../../views/progress.ts";
import type { ServedDeadLetters } from "../../../service/dead-letters.ts";
import { openQueueStore } from "../../../service/queue-store.ts";
import { refusedLines } from "../../views/refused-lines.ts";
import { watchStopSignals } from "../../views/stop-signals.ts";
import { auditRecordNotes } from "../../views/audit-record-notes.ts";

export interface InputOptions {
  /** A file, or `-` for standard input. */
  readonly path: string;
  /** Whether its lines are audit records of the platform instead of events. */
  readonly isAuditRecords: boolean;
}

/** Delivers the events of a file or of standard input, and accounts for every one of them. */
export function deliverInput(
  context: CommandContext,
  deployment: Deployment,
  options: InputOptions,
): Promise<ExitCode> {
  return withOpenDeadLetters(context, deployment, (deadLetters) =>
    deliver(context, { deployment, deadLetters }, options),
  );
}

interface Delivery {
  readonly deployment: Deployment;
  readonly deadLetters: ServedDeadLetters;
}

async function deliver(
  context: CommandContext,
  { deployment, deadLetters }: Delivery,
  { path, isAuditRecords }: InputOptions,
): Promise<ExitCode> {
  const { terminal, json } = context;
  const { destinations, settings } = deployment;
  const { deadLetterPath, intakeLimits } = settings;
  const stop = new AbortController();
  const input = await openedInput(path, context, stop.signal);
  const paint = paintOf(context, terminal.stderr);
  const progress = createProgress(terminal.stderr, paint);
  const logger = createLogger({
    level: settings.logLevel,
    write: (text) => progress.write(text),
    paint: terminal.stderr.isTTY === true ? paint : undefined,
  });
  for (const warning of deployment.warnings) logger.warn(warning, "odd configuration");
  printLines(terminal.stderr, destinationLines(destinations, context, terminal.stderr));
  const host = await createHost({
    ...deadLetters.hostOptions,
    destinations,
    // A queue in memory is enough: what is not delivered can be read from the file again.
    queueStore: await openQueueStore(settings.queue, "memory", logger),
    logger,
    deadLetterPath,
    ...hostOptions(settings),
  });

  const tally = createTally();
  const unwatch = watchStopSignals(terminal, {
    first(reason) {
      progress.write(`${reason}: reading no further, delivering what was read (at most 25 s; again to end now)\n`);
      stop.abort();
    },
    second: () => void host.stop({ deadlineMs: 0 }),
  });
  const reading = { isDone: false };
  progress.start(
    () => ({
      bytes: input.bytesRead(),
      totalBytes: input.totalBytes,
      events: tally.accepted + tally.refused,
      isDone: reading.isDone,
    }),
    () => host.status(),
  );
  const publisher = isAuditRecords ? auditRecordPublisher(host) : host;
  const splitter = createInputSplitter({ maxEventBytes: intakeLimits.maxEventBytes });
  const publishing = publishInput(publisher, input, tally, { splitter, signal: stop.signal });
  const delivering = publishing.then((end) => {
    reading.isDone = end === undefined;
    return host.settled();
  });
  try {
    await Promise.race([delivering, aborted(stop.signal)]);
  } finally {
    // Events still queued belong to a stuck destination. They are dead-lettered, and the account tells why.
    await host.stop(stop.signal.aborted ? {} : { deadlineMs: 0 });
    unwatch();
    progress.stop();
    // Ends a read from a slow writer that is still under way.
    stop.abort();
  }
  const problem = await publishing;

  const status = host.status();
  const account: Account = {
    read: tally.accepted + tally.refused,
    accepted: tally.accepted,
    refused: tally.refused,
    destinations: status.destinations.map(destinationAccount),
  };
  printLines(terminal.stderr, [
    ...refusedLines(tally, splitter.isArray ? "event" : "line", paint),
    ...auditRecordNotes(status.auditRecords, paint),
  ]);
  if (problem !== undefined) printLines(terminal.stderr, [paint("red", problem)]);
  if (json) printJson(context, { ...account, ...(problem !== undefined && { problem }) });
  else {
    const view = { account, status, destinations, deadLetters: deadLetters.archive };
    printLines(terminal.stdout, accountLines(view, paintOf(context), widthOf(terminal.stdout)));
  }
  return problem === undefined ? exitCodeOf(account) : 1;
}

async function openedInput(path: string, { terminal }: CommandContext, signal: AbortSignal): Promise<Input> {
  try {
    return await openInput(path, terminal.stdin, signal);
  } catch (error) {
    throw new UsageError(`The input ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

interface PublishInputOptions {
  readonly splitter: InputSplitter;
  readonly signal: AbortSignal;
}

const NOT_TO_THE_END = "The input was not read to its end.";

/** Reads as fast as the destinations accept. Returns the reason when reading ended early. */
async function publishInput(
  publisher: Publisher,
  input: Input,
  tally: Tally,
  { splitter, signal }: PublishInputOptions,
): Promise<string | undefined> {
  async function publish(events: Iterable<SplitEvents>): Promise<string | undefined> {
    const broken = await publishEvents(publisher, events, tally, { waitForCapacity: true });
    if (broken === undefined) return undefined;
    const read = counted(tally.accepted + tally.refused, "event");
    return `The input is a JSON array that breaks off after ${read}: ${broken}. Correct it, or write one event on each line.`;
  }

  try {
    for await (const chunk of gatheredChunks(input.chunks)) {
      const problem = await publish(splitter.push(chunk));
      if (problem !== undefined) return problem;
      if (signal.aborted) return NOT_TO_THE_END;
    }
    return await publish(splitter.end());
  } catch (error) {
    if (signal.aborted) return NOT_TO_THE_END;
    const events = counted(tally.accepted + tally.refused, "event");
    // A host's error is a complete sentence and not caused by the input.
    if (error instanceof Error && "code" in error && String(error.code).startsWith("SIEM_")) {
      return `Of the input no more than ${events} could be taken: ${error.message}`;
    }
    return `The input cannot be read further, after ${events}: ${messageOf(error)}.`;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
