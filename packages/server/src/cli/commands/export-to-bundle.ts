import { resolve } from "node:path";
import type { Destination } from "@arbitex/core/host";
import { inspectQueueFolder, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { z } from "zod";
import type { ExportAccount } from "../../bundle/export-queued.ts";
import { exportQueued, partialOf } from "../../bundle/export-queued.ts";
import type { Deployment } from "../../config/deployment.ts";
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
  const isInRange = rangeOf(options, Date.now());
  const deployment = await load(context);
  const destination = deployment.destinations.find((one) => one.id === id);
  const queuedEvents = await queuedFor(deployment, id);
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
      about: {
        destination: { id, type: destination?.connector.type ?? null },
        organisation: destination?.orgId ?? null,
      },
      keys,
      filter: destination?.filter,
      isInRange,
      openStore: () => openDiskQueueStore({ path: deployment.settings.queue.path, clock: systemClock, logger }),
      signal: stop.signal,
      onProgress: (events) =>
        progress.update(events / queuedEvents, `${id}: ${grouped(events)} of ${grouped(queuedEvents)}`),
    });
  } finally {
    progress.end();
    unwatch();
  }
  if (context.json) printJson(context, accountJson(id, destination, path, account));
  else printLines(terminal.stdout, accountText(id, path, account));
  return account.isInterrupted || account.unreadable > 0 ? 1 : 0;
}

function rangeOf({ since, until }: Options, now: number): (acceptedAt: number) => boolean {
  const from = since === undefined ? -Infinity : momentOf(since, { option: "--since", now, span: "ago" });
  const to = until === undefined ? Infinity : momentOf(until, { option: "--until", now, span: "ago" });
  if (from >= to) throw new UsageError("--since is not before --until: no event is between them.");
  return (acceptedAt) => acceptedAt >= from && acceptedAt < to;
}

async function queuedFor({ settings, destinations }: Deployment, id: string): Promise<number> {
  if (settings.queue.store === "memory") {
    const fix = "Set SIEM_QUEUE=disk where the server runs, and here";
    throw new UsageError(`The queue is in memory, and only the server that has it can read it. ${fix}.`);
  }
  const queued = (await inspectQueueFolder(settings.queue.path)).destinations;
  const found = queued.find(({ destinationId }) => destinationId === id);
  if (found !== undefined || destinations.some((one) => one.id === id)) return found?.events ?? 0;
  const ids = new Set([...destinations.map((one) => one.id), ...queued.map(({ destinationId }) => destinationId)]);
  const known = ids.size === 0 ? "None is known" : `Known are: ${[...ids].join(", ")}`;
  throw new UsageError(`There is no destination "${id}", and nothing is queued for one. ${known}.`);
}

function accountJson(id: string, destination: Destination | undefined, path: string, account: ExportAccount) {
  const { bundle, delivered, resumed, filtered, left, unreadable, isInterrupted } = account;
  return {
    destination: { id, type: destination?.connector.type ?? null },
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
