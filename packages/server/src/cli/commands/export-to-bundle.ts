import { resolve } from "node:path";
import type { Logger } from "@arbitex/core";
import { inspectQueueFolder, openDiskQueueStore, sameOrg, systemClock } from "@arbitex/core/host";
import { z } from "zod";
import type { ExportAccount } from "../../bundle/export-queued.ts";
import { exportQueued, partialOf } from "../../bundle/export-queued.ts";
import type { QueuedEvents } from "../../bundle/queued-events.ts";
import { queuedOnDisk } from "../../bundle/queued-events.ts";
import type { Deployment } from "../../config/deployment.ts";
import { borrowQueue } from "../../control/borrow-queue.ts";
import { controlPathOf, socketName } from "../../control/control-path.ts";
import { answers } from "../../control/control-server.ts";
import { UsageError } from "../../usage-error.ts";
import type { ExitCode } from "../account/account.ts";
import { keyOf } from "../shared/bundle-keys.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, paintOf, printJson, printLines } from "../shared/context.ts";
import { momentOf } from "../shared/moment.ts";
import { createLogger } from "../terminal/log.ts";
import { bytesText, counted, grouped } from "../terminal/numbers.ts";
import { createShareProgress } from "../terminal/share-progress.ts";
import { watchStopSignals } from "../views/stop-signals.ts";

export const exportOptions = z.looseObject({
  to: z.string().optional(),
  sign: z.string().optional(),
  encrypt: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  resume: z.boolean().optional(),
});

type Options = z.output<typeof exportOptions>;

/** Moves a destination's queued events into a bundle and accounts for them. */
export async function exportToBundle(context: CommandContext, id: string, options: Options): Promise<ExitCode> {
  const { terminal } = context;
  if (options.to === undefined) throw new UsageError("Say where the bundle is to be written: --to FILE.");
  const keys = {
    sign: await keyOf(context, { name: "--sign", path: options.sign }),
    encrypt: await keyOf(context, { name: "--encrypt", path: options.encrypt }),
  };
  const range = rangeOf(options, Date.now());
  const deployment = await load(context);
  const source = await sourceOf(context, deployment, id, range);
  const path = resolve(terminal.workingFolder, options.to);
  const progress = createShareProgress(terminal.stderr, paintOf(context, terminal.stderr));
  const logger = createLogger({ level: "warn", write: (text) => progress.write(text), paint: undefined });
  const stop = new AbortController();
  const unwatch = watchStopSignals(terminal, {
    first(reason) {
      progress.write(`${reason}: ending after the frame that is being written\n`);
      stop.abort();
    },
    second: () => undefined,
  });
  let account: ExportAccount;
  try {
    account = await exportQueued({
      path,
      isResumed: options.resume === true,
      about: { destination: { id, type: source.type }, organisation: source.organisation },
      keys,
      openQueue: () => source.open(logger),
      signal: stop.signal,
      onProgress: (events) =>
        progress.update(events / source.queued, `${id}: ${grouped(events)} of ${grouped(source.queued)}`),
    });
  } finally {
    await source.release?.();
    progress.end();
    unwatch();
  }
  if (context.json) printJson(context, accountJson(id, source.type, path, account));
  else printLines(terminal.stdout, accountText(id, path, account));
  return account.isInterrupted || account.unreadable > 0 ? 1 : 0;
}

interface Source {
  readonly type: string | null;
  readonly organisation: string | null;
  readonly queued: number;
  readonly open: (logger: Logger) => Promise<QueuedEvents>;
  /** Gives a borrowed queue back, also where it was not opened. */
  readonly release?: () => Promise<void>;
}

/** The running server's queue, which goes on accepting events, or the folder of one that is stopped. */
async function sourceOf(
  { terminal }: CommandContext,
  deployment: Deployment,
  id: string,
  range: TimeRange | undefined,
): Promise<Source> {
  const { queue } = deployment.settings;
  if (queue.store === "memory") {
    const fix = "Set SIEM_QUEUE=disk where the server runs, and here";
    throw new UsageError(`The queue is in memory, and only the server that has it can read it. ${fix}.`);
  }
  const path = controlPathOf(deployment.settings, terminal.workingFolder);
  if (await isServerThere(path)) {
    if (range !== undefined) {
      const fix = "Export all that is queued, or stop the server first";
      throw new UsageError(`--since and --until need the queue for themselves, and a server runs with it. ${fix}.`);
    }
    const lent = await borrowQueue(path, id);
    return { ...lent, open: async () => lent, release: () => lent.close() };
  }
  const queued = await queuedFor(deployment, id);
  const destination = deployment.destinations.find((one) => one.id === id);
  const organisation = destination?.orgId ?? null;
  return {
    type: destination?.connector.type ?? null,
    organisation,
    queued,
    open: async (logger) =>
      queuedOnDisk({
        store: await openDiskQueueStore({ path: queue.path, clock: systemClock, logger }),
        destinationId: id,
        filter: destination?.filter,
        isWanted: ({ acceptedAt, orgId }) =>
          isIn(range, acceptedAt) && (organisation === null || (orgId !== null && sameOrg(orgId, organisation))),
      }),
  };
}

async function isServerThere(path: string | undefined): Promise<boolean> {
  const name = path === undefined ? undefined : socketName(path);
  return name !== undefined && answers(name);
}

/** Times of acceptance in milliseconds since the epoch; `until` is excluded. */
interface TimeRange {
  readonly from: number;
  readonly until: number;
}

function rangeOf({ since, until }: Options, now: number): TimeRange | undefined {
  if (since === undefined && until === undefined) return undefined;
  const range = {
    from: since === undefined ? -Infinity : momentOf(since, { option: "--since", now, span: "ago" }),
    until: until === undefined ? Infinity : momentOf(until, { option: "--until", now, span: "ago" }),
  };
  if (range.from < range.until) return range;
  throw new UsageError("--since is not before --until: no event is between them.");
}

function isIn(range: TimeRange | undefined, acceptedAt: number): boolean {
  return range === undefined || (acceptedAt >= range.from && acceptedAt < range.until);
}

async function queuedFor({ settings, destinations }: Deployment, id: string): Promise<number> {
  const queued = (await inspectQueueFolder(settings.queue.path)).destinations;
  const found = queued.find(({ destinationId }) => destinationId === id);
  if (found !== undefined || destinations.some((one) => one.id === id)) return found?.events ?? 0;
  const ids = new Set([...destinations.map((one) => one.id), ...queued.map(({ destinationId }) => destinationId)]);
  const known = ids.size === 0 ? "None is known" : `Known are: ${[...ids].join(", ")}`;
  throw new UsageError(`There is no destination "${id}", and nothing is queued for one. ${known}.`);
}

function accountJson(id: string, type: string | null, path: string, account: ExportAccount) {
  const { bundle, delivered, resumed, filtered, left, unreadable, isInterrupted } = account;
  return {
    destination: { id, type },
    bundle: bundle === undefined ? null : { ...bundle, path: isInterrupted ? partialOf(path) : path },
    read: delivered + filtered + left + unreadable,
    exported: delivered - resumed,
    exported_before: resumed,
    filtered,
    left,
    unreadable,
    first_accepted_at: timeText(account.firstAcceptedAt) ?? null,
    last_accepted_at: timeText(account.lastAcceptedAt) ?? null,
    interrupted: isInterrupted,
  };
}

function accountText(id: string, path: string, account: ExportAccount): string[] {
  const { bundle, delivered, resumed, filtered, left, unreadable, isInterrupted } = account;
  const exported = delivered - resumed;
  const rest = [
    ...(resumed > 0 ? [`${grouped(resumed)} were in the bundle before the export was interrupted`] : []),
    ...(filtered > 0 ? [`${grouped(filtered)} left out by its filter`] : []),
    ...(left > 0 ? [`${grouped(left)} of another time, still queued`] : []),
    ...(unreadable > 0 ? [`${grouped(unreadable)} that the disk did not give back`] : []),
  ];
  const more = rest.length === 0 ? "." : ` (${rest.join("; ")}).`;
  if (bundle === undefined) return [`Nothing of ${id} was to be exported, and no bundle was written${more}`];
  const name = isInterrupted ? partialOf(path) : path;
  return [
    `${counted(exported, "event")} of ${id} exported${more}`,
    `${name}: ${counted(bundle.events, "event")}, ${bytesText(bundle.bytes)}, accepted from ${timeText(account.firstAcceptedAt) ?? "?"} to ${timeText(account.lastAcceptedAt) ?? "?"}.`,
    ...(isInterrupted ? ["It is unfinished: run the same command again with --resume."] : []),
  ];
}

function timeText(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
