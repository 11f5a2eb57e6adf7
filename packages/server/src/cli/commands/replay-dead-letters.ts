import type { Destination, ReplayAccount } from "@arbitex/core/host";
import type { Deployment } from "../../config/deployment.ts";
import { oldEventsOf, totalOf } from "@arbitex/core/host";
import { z } from "zod";
import type { ExitCode } from "../account/account.ts";
import { chooseDestinations } from "./check.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import { watchStopSignals } from "../views/stop-signals.ts";
import { createLogger } from "../terminal/log.ts";
import { counted, roughly } from "../terminal/numbers.ts";
import type { DestinationReplay } from "./destination-replay.ts";
import type { UnreadableLine } from "../../dead-letters/find-dead-letters.ts";
import { unreadableText } from "../../dead-letters/find-dead-letters.ts";
import type { DeadLetterFilter } from "../../dead-letters/dead-letter-filter.ts";
import { deadLetterFilterOf, deadLetterFilterOptions } from "../shared/dead-letter-filter-options.ts";
import { withDeadLetters } from "../shared/with-dead-letters.ts";
import type { DeadLetterArchive } from "../../dead-letters/dead-letter-archive.ts";
import type { LeftOut } from "../views/replay-account.ts";
import { leftOutLines, replayAccountLines, replayJson } from "../views/replay-account.ts";
import type { FoundDeadLetters, ReplayPlan } from "../../dead-letters/replay-destination.ts";
import { findReplay, NOTHING, openReplay } from "../../dead-letters/replay-destination.ts";
import { createReplayProgress } from "../views/replay-progress.ts";

export const replayOptions = deadLetterFilterOptions.extend({
  to: z.string().optional(),
  dryRun: z.boolean().optional(),
  rate: z.number().optional(),
});

/** Sends the events of dead letters to their destinations again, one destination after the other. */
export async function replay(context: CommandContext, options: z.output<typeof replayOptions>): Promise<ExitCode> {
  const deployment = await load(context);
  return withDeadLetters(context, deployment, (archive) => replayFrom(archive, { context, deployment, options }));
}

interface Replaying {
  readonly context: CommandContext;
  readonly deployment: Deployment;
  readonly options: z.output<typeof replayOptions>;
}

async function replayFrom(archive: DeadLetterArchive, { context, deployment, options }: Replaying): Promise<ExitCode> {
  const filter = deadLetterFilterOf(options, Date.now());
  const plans = plansOf(deployment, filter, options.to);
  const leftOut = filter.destination === undefined ? await deadLettersLeftOut(deployment, archive) : [];
  const isDryRun = options.dryRun === true;
  const cancel = new AbortController();
  const unwatch = watchStopSignals(context.terminal, {
    first(reason) {
      printLines(context.terminal.stderr, [
        `${reason}: finishing what is under way; what is not settled stays a dead letter`,
      ]);
      cancel.abort();
    },
    second: () => process.exit(1),
  });
  const replays: DestinationReplay[] = [];
  try {
    for (const plan of plans) {
      if (cancel.signal.aborted) break;
      const run = { ...plan, archive, filter, rate: options.rate, isDryRun, signal: cancel.signal };
      replays.push(await replayTo(context, deployment, run));
    }
  } finally {
    unwatch();
  }
  const { stdout } = context.terminal;
  if (context.json) printJson(context, replayJson(replays, leftOut, isDryRun));
  else {
    const view = { isDryRun, paint: paintOf(context), width: widthOf(stdout) };
    printLines(stdout, [...replayAccountLines(replays, view), ...leftOutLines(leftOut)]);
  }
  const isClean = replays.every(({ deadLettered, invalid, foreign, end }) => {
    return deadLettered + invalid + foreign === 0 && end.kind === "complete";
  });
  return isClean && !cancel.signal.aborted ? 0 : 1;
}

type Way = Pick<ReplayPlan, "destination" | "from">;

/** Plans each destination's own dead letters, or with `--to` those of one destination to another. */
function plansOf(
  deployment: Deployment,
  { destination: from }: DeadLetterFilter,
  to: string | undefined,
): readonly Way[] {
  if (to === undefined) {
    const isKnown = from === undefined || deployment.destinations.some(({ id }) => id === from);
    if (isKnown || deployment.destinations.length === 0) {
      return chooseDestinations(deployment, from).map((destination) => ({ destination }));
    }
    const ids = deployment.destinations.map(({ id }) => id).join(", ");
    throw new UsageError(
      `There is no destination "${from}". Say where its dead letters are to go: --to ID, one of: ${ids}.`,
    );
  }
  if (from === undefined) throw new UsageError("Say whose dead letters are to go there: --destination ID.");
  const known = deployment.destinations.find(({ id }) => id === from);
  return chooseDestinations(deployment, to).map((destination) => ({ destination, from: known ?? { id: from } }));
}

/** Waiting dead letters of destinations that are not configured. Only a replay with `--to` reaches them. */
async function deadLettersLeftOut(
  { destinations }: Deployment,
  archive: DeadLetterArchive,
): Promise<readonly LeftOut[]> {
  const ids = new Set(destinations.map(({ id }) => id));
  const waiting = await archive.counts();
  return [...waiting]
    .filter(([destination]) => !ids.has(destination))
    .map(([destination, stages]) => ({ destination, waiting: totalOf(stages) }));
}

interface Plan extends Way {
  readonly archive: DeadLetterArchive;
  readonly filter: DeadLetterFilter;
  readonly rate: number | undefined;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
}

async function replayTo(context: CommandContext, deployment: Deployment, plan: Plan): Promise<DestinationReplay> {
  const { destination, from, archive, filter, isDryRun, signal, rate } = plan;
  const { id } = destination;
  const { settings } = deployment;
  const { stderr } = context.terminal;
  const what = {
    destination,
    from,
    archive,
    filter,
    settings,
    onUnreadable: (line: UnreadableLine) => printLines(stderr, [unreadableText(line)]),
  };
  const warnOfOld = ({ old }: FoundDeadLetters) => {
    if (old > 0) printLines(stderr, [oldEventsText(destination, old)]);
  };
  if (isDryRun) {
    const deadLetters = await findReplay(what);
    warnOfOld(deadLetters);
    return { id, from: from?.id, ...deadLetters, ...NOTHING };
  }
  const ready = await openReplay(what);
  try {
    const { deadLetters } = ready;
    warnOfOld(deadLetters);
    if (deadLetters.found === deadLetters.foreign) return { id, from: from?.id, ...deadLetters, ...NOTHING };
    const progress = createReplayProgress(
      stderr,
      paintOf(context, stderr),
      id,
      deadLetters.found - deadLetters.foreign,
    );
    const logger = createLogger({
      level: settings.logLevel,
      write: (text) => progress.write(text),
      paint: stderr.isTTY === true ? paintOf(context, stderr) : undefined,
    });
    const onProgress = (account: ReplayAccount) => progress.update(account);
    const account = await ready.run({ perSecond: rate, signal, logger, onProgress });
    progress.end();
    return { id, from: from?.id, ...deadLetters, ...account };
  } finally {
    await ready.close();
  }
}

function oldEventsText(destination: Destination, old: number): string {
  const { afterMs = 0, effect = "" } = oldEventsOf(destination) ?? {};
  return `${destination.id}: ${counted(old, "event is", "events are")} older than ${roughly(afterMs)}. ${effect}`;
}
