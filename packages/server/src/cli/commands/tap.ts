import { z } from "zod";
import { followControl } from "../../control/ask-control.ts";
import { controlPathOf } from "../../control/control-path.ts";
import { tapSelect } from "../../outgoing/tap-filter.ts";
import { UsageError } from "../../usage-error.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printLines } from "../shared/context.ts";
import { loadPlaces } from "../shared/places.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";

const line = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("event"),
    at: z.string(),
    destination: z.object({ id: z.string() }),
    outcome: z.string(),
    event: z.record(z.string(), z.unknown()),
    sent: z.record(z.string(), z.unknown()).nullable(),
  }),
  z.looseObject({ kind: z.literal("account"), seen: z.int(), shown: z.int(), skipped: z.int() }),
]);

export async function tap(
  context: CommandContext,
  id: string | undefined,
  filter: string | undefined,
): Promise<ExitCode> {
  const read = tapSelect(filter);
  if ("problems" in read) {
    throw new UsageError(read.problems.map(({ message }) => `--filter ${message}`).join("\n"));
  }
  const { settings } = await loadPlaces(context);
  const path = controlPathOf(settings, context.terminal.workingFolder);
  const query = new URLSearchParams({
    ...(id !== undefined && { destination: id }),
    ...(filter !== undefined && { filter }),
  });
  const { stdout, stderr } = context.terminal;
  const end = new AbortController();
  const unwatch = context.terminal.onSignal(() => end.abort());
  let skipped = 0;
  try {
    const lines = followControl({ path, method: "GET", route: `/tap?${query.toString()}`, signal: end.signal });
    for await (const given of lines) {
      const item = line.parse(given);
      if (context.json) stdout.write(`${JSON.stringify(item)}\n`);
      else if (item.kind === "event") printLines(stdout, [tappedLine(item, paintOf(context))]);
      else if (item.skipped > skipped) stderr.write(`… ${item.skipped - skipped} more events passed\n`);
      if (item.kind === "account") skipped = item.skipped;
    }
  } catch (error) {
    if (!end.signal.aborted) throw error;
  } finally {
    unwatch();
  }
  return 0;
}

function tappedLine(item: Extract<z.output<typeof line>, { kind: "event" }>, paint: Paint): string {
  const { at, destination, outcome, event, sent } = item;
  const shown = outcome === "passed" ? paint("green", outcome) : paint("yellow", outcome);
  return `${at} ${destination.id} ${shown} ${printable(JSON.stringify(sent ?? event))}`;
}
