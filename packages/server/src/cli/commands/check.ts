import type { CheckReport, CheckStep } from "@arbitex/core";
import { checkPassed } from "@arbitex/core";
import type { Destination } from "@arbitex/core/host";
import { hostRedaction } from "../../config/redaction-settings.ts";
import type { Deployment } from "../../config/deployment.ts";
import { createHost } from "@arbitex/core/host";
import type { ExitCode } from "../account/account.ts";
import { messageOf } from "../../message-of.ts";
import { nothingConfigured } from "../views/nothing-configured.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, paintOf, printJson, printLines } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";

interface Checked {
  readonly destination: Destination;
  readonly report: CheckReport;
}

export async function check(context: CommandContext, id: string | undefined): Promise<ExitCode> {
  const deployment = await load(context);
  const chosen = chooseDestinations(deployment, id);
  const checked = await Promise.all(
    chosen.map(async (destination) => ({ destination, report: await reportOn(destination, deployment) })),
  );
  const isGood = checked.every(({ report }) => checkPassed(report));
  if (context.json) printJson(context, { ok: isGood, destinations: checked.map(checkedJson) });
  else
    printLines(
      context.terminal.stdout,
      checked.flatMap((one) => checkedLines(one, paintOf(context))),
    );
  return isGood ? 0 : 1;
}

/** The destination of this id, or all destinations. */
export function chooseDestinations(
  { destinations, registry }: Deployment,
  id: string | undefined,
): readonly Destination[] {
  if (destinations.length === 0) throw new UsageError(nothingConfigured(registry));
  if (id === undefined) return destinations;
  const found = destinations.find((destination) => destination.id === id);
  if (found !== undefined) return [found];
  const ids = destinations.map((destination) => destination.id).join(", ");
  throw new UsageError(`There is no destination "${id}". Configured are: ${ids}.`);
}

async function reportOn(destination: Destination, { settings }: Deployment): Promise<CheckReport> {
  try {
    const host = await createHost({
      destinations: [destination],
      egress: settings.egress,
      redaction: hostRedaction(settings.redaction),
    });
    const report = await host.check(destination.id);
    await host.stop({ deadlineMs: 0 });
    return report ?? { steps: [] };
  } catch (error) {
    return {
      steps: [{ name: "open", status: "failed", detail: messageOf(error) }],
    };
  }
}

function checkedJson({ destination: { id, connector }, report }: Checked) {
  return { id, type: connector.type, passed: checkPassed(report), steps: report.steps };
}

function checkedLines({ destination: { id, connector }, report }: Checked, paint: Paint): string[] {
  const name = id === connector.type ? id : `${id} (${connector.type})`;
  const verdict = checkPassed(report) ? paint("green", "passed") : paint("red", "failed");
  const width = Math.max(0, ...report.steps.map((step) => step.name.length));
  return [`${paint("bold", name)}: ${verdict}`, ...report.steps.flatMap((step) => stepLines(step, width, paint)), ""];
}

function stepLines({ name, status, detail, fix }: CheckStep, width: number, paint: Paint): string[] {
  const marks = { passed: paint("green", "✓"), failed: paint("red", "✗"), skipped: paint("dim", "-") };
  const line = `  ${marks[status]} ${name.padEnd(width)}  ${printable(detail)}`;
  return fix === undefined ? [line] : [line, `    ${" ".repeat(width)}  ${paint("cyan", "→")} ${printable(fix)}`];
}
