import { hostRedaction } from "../../config/redaction-settings.ts";
import { join, resolve } from "node:path";
import type { Destination, HostStatus } from "@arbitex/core/host";
import { z } from "zod";
import { invalidBundle } from "../../bundle/bundle-error.ts";
import { deliverBundle } from "../../bundle/deliver-bundle.ts";
import type { ImportKeys } from "../../bundle/import-bundle.ts";
import { verifyBundle } from "../../bundle/import-bundle.ts";
import type { BundleEnd, OpenBundle } from "../../bundle/read-bundle.ts";
import { openBundle } from "../../bundle/read-bundle.ts";
import { openSettledPositions } from "../../bundle/settled-positions.ts";
import type { Deployment } from "../../config/deployment.ts";
import type { ServedDeadLetters } from "../../service/dead-letters.ts";
import { UsageError } from "../../usage-error.ts";
import { accountLines } from "../account/account-lines.ts";
import type { ExitCode } from "../account/account.ts";
import { destinationAccount } from "../account/account.ts";
import { keyOf } from "../shared/bundle-keys.ts";
import type { CommandContext } from "../shared/context.ts";
import { withOpenDeadLetters } from "../shared/with-dead-letters.ts";
import { load, paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { createLogger } from "../terminal/log.ts";
import { counted, grouped } from "../terminal/numbers.ts";
import { createShareProgress } from "../terminal/share-progress.ts";
import { nothingConfigured } from "../views/nothing-configured.ts";
import { watchStopSignals } from "../views/stop-signals.ts";

export const importOptions = z.looseObject({
  verify: z.string().optional(),
  decrypt: z.string().optional(),
  as: z.string().optional(),
  incomplete: z.boolean().optional(),
});

type Options = z.output<typeof importOptions>;

/** Delivers an exported bundle once and accounts for every event in it. */
export async function importFromBundle(context: CommandContext, name: string, options: Options): Promise<ExitCode> {
  const keys = {
    verify: await keyOf(context, { name: "--verify", path: options.verify }),
    decrypt: await keyOf(context, { name: "--decrypt", path: options.decrypt }),
  };
  const deployment = await load(context);
  const bundle = await openBundle(resolve(context.terminal.workingFolder, name), keys.verify);
  try {
    const destination = destinationFor(bundle, deployment, options.as);
    const end = await verifyBundle(bundle, keys);
    if (end.kind !== "whole" && options.incomplete !== true) throw endMissing(bundle, end);
    return await withOpenDeadLetters(context, deployment, (deadLetters) =>
      deliver(context, { deployment, bundle, keys, destination, end, deadLetters }),
    );
  } finally {
    await bundle.file.close();
  }
}

interface Import {
  readonly deployment: Deployment;
  readonly bundle: OpenBundle;
  readonly keys: ImportKeys;
  readonly destination: Destination;
  readonly end: BundleEnd;
  readonly deadLetters: ServedDeadLetters;
}

async function deliver(
  context: CommandContext,
  { deployment, bundle, keys, destination, end, deadLetters }: Import,
): Promise<ExitCode> {
  const { terminal } = context;
  const { id } = destination;
  const { settings } = deployment;
  const paint = paintOf(context, terminal.stderr);
  const progress = createShareProgress(terminal.stderr, paint);
  const note = endNote(bundle, end);
  if (note !== undefined) printLines(terminal.stderr, [paint("red", note)]);
  const positions = await openSettledPositions({
    folder: join(settings.queue.path, "imports"),
    bundle: bundle.header,
    destinationId: id,
  });
  const before = positions.settled;
  const stop = new AbortController();
  const unwatch = watchStopSignals(terminal, {
    first(reason) {
      progress.write(`${reason}: ending; what is not settled stays in the bundle\n`);
      stop.abort();
    },
    second: () => undefined,
  });
  let status: HostStatus;
  let isSettled: boolean;
  try {
    const { deadLetterPath, logLevel, egress, redaction, workers } = settings;
    const logger = createLogger({ level: logLevel, write: (text) => progress.write(text), paint: undefined });
    status = await deliverBundle({
      bundle,
      keys,
      destination,
      positions,
      host: {
        ...deadLetters.hostOptions,
        logger,
        deadLetterPath,
        egress,
        redaction: hostRedaction(redaction),
        workers,
      },
      signal: stop.signal,
      onProgress: (settled) =>
        progress.update(settled / end.events, `${id}: ${grouped(settled)} of ${grouped(end.events)} settled`),
    });
    isSettled = positions.settled === end.events;
    if (isSettled && end.kind === "whole") positions.finish();
  } finally {
    unwatch();
    progress.end();
    await positions.close();
  }
  const left = end.events - positions.settled;
  const account = {
    read: end.events,
    settled_before: before,
    accepted: status.accepted,
    refused: 0,
    left,
    destinations: status.destinations.map(destinationAccount),
  };
  const { header } = bundle;
  if (context.json) {
    const about = { id: header.id, destination: header.destination, organisation: header.organisation };
    printJson(context, {
      bundle: { ...about, created_at: header.created_at, complete: end.kind === "whole" },
      ...account,
    });
  } else {
    const view = { account, status, destinations: [destination], deadLetters: deadLetters.archive };
    printLines(terminal.stdout, [
      ...accountLines(view, paintOf(context), widthOf(terminal.stdout)),
      ...(before > 0 ? ["", `${counted(before, "event was", "events were")} settled by an earlier import.`] : []),
      ...(left > 0
        ? ["", `${counted(left, "event is", "events are")} not settled. Run the same command again: it goes on there.`]
        : []),
    ]);
  }
  const isClean = account.destinations.every(({ dead_lettered: deadLettered }) => deadLettered === 0);
  return isSettled && isClean && end.kind === "whole" ? 0 : 1;
}

/** Throws for a destination that must not receive these events. */
function destinationFor({ path, header }: OpenBundle, deployment: Deployment, as: string | undefined): Destination {
  const { destinations, registry } = deployment;
  if (destinations.length === 0) throw new UsageError(nothingConfigured(registry));
  const id = as ?? header.destination.id;
  const found = destinations.find((one) => one.id === id);
  if (found === undefined) {
    const whose =
      as === undefined ? `${path} is for "${id}", which is not configured here` : `There is no destination "${id}"`;
    throw new UsageError(
      `${whose}. Configure it, or say with --as which one is to get it: ${destinations.map((one) => one.id).join(", ")}.`,
    );
  }
  const { orgId = null } = found;
  if (orgId === null || orgId === header.organisation) return found;
  const whose = header.organisation === null ? "of several organisations" : `of organisation ${header.organisation}`;
  throw new UsageError(
    `"${id}" belongs to organisation ${orgId}, and ${path} may hold events ${whose}. Name a destination that may get them with --as.`,
  );
}

function endMissing({ path }: OpenBundle, end: BundleEnd): Error {
  const what = `it ends ${end.kind === "torn" ? `within frame ${end.frames + 1}` : `after frame ${end.frames}`}, without its last frame`;
  const fix =
    "Nothing of it was delivered. Copy the file again; finish an interrupted export with --resume; or deliver the " +
    `${counted(end.events, "event")} before that with --incomplete.`;
  return invalidBundle(`${path}, byte ${end.offset}`, what, fix);
}

function endNote({ path }: OpenBundle, { kind, events }: BundleEnd): string | undefined {
  if (kind === "whole") return undefined;
  return `THE END OF ${path} IS MISSING: it holds ${counted(events, "event")}, and how many are missing is unknown. Finish its export with --resume, and import it again: it continues after these.`;
}
