import { setTimeout as sleep } from "node:timers/promises";
import type { ExitCode } from "../account/account.ts";
import { controlPathOf } from "../../control/control-path.ts";
import { askStatus } from "../status/ask-status.ts";
import type { StatusReport } from "../status/status-report.ts";
import { createReporter, needsAttention } from "../status/status-report.ts";
import { destinationText, statusText } from "../status/status-text.ts";
import { createLiveArea } from "../terminal/live-area.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import { loadPlaces } from "../shared/places.ts";

/** Time between two requests, whose difference gives the rate. */
const RATE_MS = 1000;

export async function showStatus(context: CommandContext, id: string | undefined): Promise<ExitCode> {
  const path = await pathOf(context);
  const reportOf = createReporter();
  reportOf(await askStatus(path), Date.now());
  await sleep(RATE_MS);
  const report = reportOf(await askStatus(path), Date.now());
  const { stdout } = context.terminal;
  const view = { paint: paintOf(context), width: widthOf(stdout), now: Date.now() };
  if (id === undefined) {
    if (context.json) printJson(context, report);
    else printLines(stdout, statusText(report, view));
    return report.destinations.some(needsAttention) ? 1 : 0;
  }
  const found = report.destinations.find((one) => one.id === id);
  if (found === undefined) throw unknown(id, report);
  if (context.json) printJson(context, { ...report, destinations: [found] });
  else printLines(stdout, destinationText(found, view));
  return needsAttention(found) ? 1 : 0;
}

/** Shows the status until the command or the server ends. */
export async function keepOnScreen(context: CommandContext): Promise<ExitCode> {
  const path = await pathOf(context);
  const { terminal } = context;
  const { stdout } = terminal;
  const area = createLiveArea(stdout);
  const reportOf = createReporter();
  const end = new AbortController();
  const unwatch = terminal.onSignal(() => end.abort());
  try {
    while (!end.signal.aborted) {
      const report = reportOf(await askStatus(path), Date.now());
      if (context.json) stdout.write(`${JSON.stringify(report)}\n`);
      else {
        const view = { paint: paintOf(context), width: widthOf(stdout), now: Date.now() };
        if (stdout.isTTY === true) area.draw(statusText(report, view));
        else printLines(stdout, [...statusText(report, view), ""]);
      }
      await sleep(RATE_MS, undefined, { signal: end.signal }).catch(() => undefined);
    }
    return 0;
  } finally {
    unwatch();
    if (stdout.isTTY === true && !context.json) area.end();
  }
}

/** Reads only the server's settings, so the caller need not have the server's secrets. */
async function pathOf(context: CommandContext): Promise<string | undefined> {
  const { settings } = await loadPlaces(context);
  return controlPathOf(settings, context.terminal.workingFolder);
}

function unknown(id: string, { destinations }: StatusReport): UsageError {
  const ids = destinations.map((one) => one.id).join(", ");
  return new UsageError(`The running server has no destination "${id}". It has: ${ids === "" ? "none" : ids}.`);
}
