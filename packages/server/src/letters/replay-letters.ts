import type { Deployment, Destination, ReplayAccount, StoredLetter } from "@arbitex/core/host";
import {
  createFileDeadLetters,
  createHost,
  deadLetterPathOf,
  defaultDelivery,
  openReplayMarks,
  replayLetters,
  systemClock,
  takeReplayLock,
} from "@arbitex/core/host";
import { z } from "zod";
import type { ExitCode } from "../account/account.ts";
import { chooseDestinations } from "../commands/check.ts";
import type { CommandContext } from "../commands/context.ts";
import { load, paintOf, printJson, printLines, widthOf } from "../commands/context.ts";
import { watchStopSignals } from "../run/stop-signals.ts";
import { createLogger } from "../terminal/log.ts";
import { counted, roughly } from "../terminal/numbers.ts";
import { lettersToReplay, unreadableText } from "./find-letters.ts";
import type { LetterFilter } from "./letter-filter.ts";
import { letterFilterOf, letterFilterOptions } from "./letter-filter.ts";
import { replayAccountLines, replayJson } from "./replay-account.ts";
import { createReplayProgress } from "./replay-progress.ts";

export const replayOptions = letterFilterOptions.extend({
  dryRun: z.boolean().optional(),
  rate: z.number().optional(),
});

/** What a replay did for one destination. */
export interface DestinationReplay extends ReplayAccount {
  readonly id: string;
  readonly path: string;
  /** Letters that were meant, before anything was sent. */
  readonly found: number;
  /** Of another organisation than the destination's is now: they would go nowhere. */
  readonly foreign: number;
  /** Older than the SIEM takes as they are. */
  readonly old: number;
}

/** Sends letters' events to their destinations again, one destination after the other. */
export async function replay(context: CommandContext, options: z.output<typeof replayOptions>): Promise<ExitCode> {
  const deployment = await load(context);
  const filter = letterFilterOf(options, Date.now());
  const chosen = chooseDestinations(deployment, filter.destination);
  const isDryRun = options.dryRun === true;
  const cancel = new AbortController();
  const unwatch = watchStopSignals(context.terminal, {
    first(signal) {
      printLines(context.terminal.stderr, [
        `${signal}: finishing what is under way; what is not settled stays a dead letter`,
      ]);
      cancel.abort();
    },
    second: () => process.exit(1),
  });
  const replays: DestinationReplay[] = [];
  try {
    for (const destination of chosen) {
      if (cancel.signal.aborted) break;
      const plan = { destination, filter, rate: options.rate, isDryRun, signal: cancel.signal };
      replays.push(await replayTo(context, deployment, plan));
    }
  } finally {
    unwatch();
  }
  const { stdout } = context.terminal;
  if (context.json) printJson(context, replayJson(replays, isDryRun));
  else printLines(stdout, replayAccountLines(replays, { isDryRun, paint: paintOf(context), width: widthOf(stdout) }));
  const isClean = replays.every(({ deadLettered, invalid, foreign, end }) => {
    return deadLettered + invalid + foreign === 0 && end.kind === "complete";
  });
  return isClean && !cancel.signal.aborted ? 0 : 1;
}

interface Plan {
  readonly destination: Destination;
  readonly filter: LetterFilter;
  readonly rate: number | undefined;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
}

async function replayTo(context: CommandContext, deployment: Deployment, plan: Plan): Promise<DestinationReplay> {
  const { destination, isDryRun, signal } = plan;
  const { id } = destination;
  const path = deadLetterPathOf(destination, deployment.settings.deadLetterPath);
  const filter = { ...plan.filter, destination: id };
  const lock = isDryRun ? undefined : await takeReplayLock(path);
  const marks = await openReplayMarks(path, systemClock);
  const { stderr } = context.terminal;
  try {
    const count = { found: 0, foreign: 0, old: 0 };
    const oldBefore = Date.now() - (destination.connector.oldEvents?.afterMs ?? Number.POSITIVE_INFINITY);
    const onUnreadable = (line: Parameters<typeof unreadableText>[0]) => printLines(stderr, [unreadableText(line)]);
    for await (const letter of lettersToReplay(path, filter, marks, onUnreadable)) {
      count.found++;
      if (!isOwn(letter, destination)) count.foreign++;
      else if (eventTimeOf(letter) < oldBefore) count.old++;
    }
    const nothing = { offered: 0, settled: 0, deadLettered: 0, invalid: 0, end: { kind: "complete" } } as const;
    if (count.old > 0) printLines(stderr, [oldEventsText(destination, count.old)]);
    if (isDryRun || count.found === count.foreign) return { id, path, ...count, ...nothing };

    const progress = createReplayProgress(stderr, paintOf(context, stderr), id, count.found - count.foreign);
    const letters = ownLetters(
      lettersToReplay(path, filter, marks, () => undefined),
      destination,
    );
    const account = await replayLetters({
      letters,
      marks,
      chunkSize: destination.delivery?.batchSize ?? defaultDelivery.batchSize,
      perSecond: plan.rate,
      signal,
      clock: systemClock,
      onProgress: (now) => progress.update(now),
      open: (watch) =>
        createHost({
          // Held rather than dead-lettered in an outage: the letters are safe where they are.
          destinations: [{ ...destination, delivery: { ...destination.delivery, onExhausted: "hold" } }],
          egress: deployment.settings.egress,
          deadLetterPath: deployment.settings.deadLetterPath,
          doorLimits: deployment.settings.doorLimits,
          openDeadLetters: (file) => watch(createFileDeadLetters({ path: file, clock: systemClock })),
          logger: createLogger({
            level: deployment.settings.logLevel,
            write: (text) => progress.write(text),
            paint: stderr.isTTY === true ? paintOf(context, stderr) : undefined,
          }),
        }),
    });
    progress.end();
    return { id, path, ...count, ...account };
  } finally {
    await marks.close();
    await lock?.release();
  }
}

async function* ownLetters(
  letters: AsyncIterable<StoredLetter>,
  destination: Destination,
): AsyncGenerator<StoredLetter> {
  for await (const letter of letters) if (isOwn(letter, destination)) yield letter;
}

const timeSchema = z.looseObject({ time: z.number() });

function eventTimeOf({ event }: StoredLetter): number {
  return timeSchema.safeParse(JSON.parse(event)).data?.time ?? Number.POSITIVE_INFINITY;
}

function oldEventsText({ id, connector }: Destination, old: number): string {
  const { afterMs = 0, effect = "" } = connector.oldEvents ?? {};
  return `${id}: ${counted(old, "event is", "events are")} older than ${roughly(afterMs)}. ${effect}`;
}

function isOwn(letter: StoredLetter, { orgId = null }: Destination): boolean {
  return orgId === null || letter.orgId === orgId;
}
