import type { Repair, QueueFolderStatus } from "@arbitex/core/host";
import { inspectQueueFolder, repairQueueFolder, verifyQueueFolder } from "@arbitex/core/host";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { loadPlaces } from "../shared/places.ts";
import { bytesText, counted, grouped, roughly } from "../terminal/numbers.ts";
import { printable } from "../terminal/paint.ts";
import type { Column } from "../terminal/table.ts";
import { tableLines } from "../terminal/table.ts";

/** Lists the events queued on disk, by destination. */
export async function showQueue(context: CommandContext, path?: string): Promise<ExitCode> {
  const folder = path ?? (await configuredPath(context));
  const status = await inspectQueueFolder(folder);
  if (context.json) printJson(context, statusJson(folder, status));
  else printLines(context.terminal.stdout, statusLines(context, folder, status));
  return status.setAside.length > 0 ? 1 : 0;
}

async function configuredPath(context: CommandContext): Promise<string> {
  return (await loadPlaces(context)).settings.queue.path;
}

function statusJson(path: string, { holder, destinations, segments, bytes, setAside }: QueueFolderStatus) {
  return {
    path,
    holder: holder ?? null,
    segments,
    bytes,
    set_aside: setAside,
    destinations: destinations.map(({ destinationId, events, bytes: size, oldestAcceptedAt, segments: files }) => ({
      id: destinationId,
      events,
      bytes: size,
      oldest_accepted_at: new Date(oldestAcceptedAt).toISOString(),
      segments: files,
    })),
  };
}

const right = (title: string): Column => ({ title, align: "right" });
const COLUMNS = [{ title: "DESTINATION", shrinkTo: 12 }, ...["EVENTS", "SIZE", "OLDEST", "FILES"].map(right)];

function statusLines(context: CommandContext, path: string, status: QueueFolderStatus): string[] {
  const { holder, destinations, segments, bytes, setAside } = status;
  const { stdout } = context.terminal;
  const paint = paintOf(context);
  const held = holder === undefined ? "no process has it" : `in use by process ${holder.pid} on ${holder.host}`;
  const head = `${path}: ${counted(segments, "file")}, ${bytesText(bytes)}, ${held}`;
  const rows = destinations.map(({ destinationId, events, bytes: size, oldestAcceptedAt, segments: files }) => {
    const age = roughly(Date.now() - oldestAcceptedAt);
    return [printable(destinationId), grouped(events), bytesText(size), age, grouped(files)];
  });
  return [
    paint("bold", head),
    "",
    ...(rows.length === 0 ? ["Nothing waits."] : tableLines(COLUMNS, rows, { paint, width: widthOf(stdout) })),
    ...setAside.map((name) => paint("red", `Damaged, set aside: ${name}`)),
  ];
}

/** Checks whether everything in the queue folder can be read. */
export async function verifyQueue(context: CommandContext, path?: string): Promise<ExitCode> {
  const folder = path ?? (await configuredPath(context));
  const { segments, areAcksDamaged, setAside } = await verifyQueueFolder(folder);
  const bad = segments.filter((segment) => segment.bad.length > 0);
  const isWhole = bad.length === 0 && !areAcksDamaged;
  if (context.json) {
    printJson(context, { path: folder, ok: isWhole, acks_damaged: areAcksDamaged, set_aside: setAside, segments });
  } else {
    const paint = paintOf(context);
    const events = segments.reduce((sum, segment) => sum + segment.events, 0);
    printLines(context.terminal.stdout, [
      `${folder}: ${counted(segments.length, "file")} with ${counted(events, "event")} read.`,
      ...bad.flatMap(({ path: file, bad: stretches }) =>
        stretches.map(({ from, to }) => paint("red", `${file}: bytes ${from} to ${to} cannot be read`)),
      ),
      ...(areAcksDamaged
        ? [paint("yellow", "The settlements end in the middle: what they say last is repeated.")]
        : []),
      isWhole ? paint("green", "Everything can be read.") : "To repair it: arbitex-siem queue repair",
    ]);
  }
  return isWhole ? 0 : 1;
}

/** Repairs the queue folder, so that everything in it can be read. */
export async function repairQueue(context: CommandContext, path?: string): Promise<ExitCode> {
  const folder = path ?? (await configuredPath(context));
  const repairs = await repairQueueFolder(folder);
  if (context.json) printJson(context, { path: folder, mendings: repairs });
  else {
    const nothing = repairs.length === 0 ? ["Nothing was to be repaired."] : [];
    printLines(context.terminal.stdout, [...nothing, ...repairs.map(repairText)]);
  }
  return 0;
}

function repairText({ path, kind, bytes }: Repair): string {
  switch (kind) {
    case "cut":
      return `${path}: ${bytesText(bytes)} of a torn end cut off; none of it was acknowledged.`;
    case "set-aside":
      return `${path}: ${bytesText(bytes)} cannot be read; the file is kept as .bad, what is good of it was copied.`;
    case "removed":
      return `${path}: held nothing, removed.`;
    default:
      return kind satisfies never;
  }
}
