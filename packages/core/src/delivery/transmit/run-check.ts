import type { CheckReport, OnStep } from "../../connector/check-report.ts";
import type { Sink } from "../../connector/connector.ts";
import { thrownText } from "./judge.ts";
import { untilAborted } from "./until-aborted.ts";

const CHECK_TIMEOUT_MS = 30_000;

const noCheck: CheckReport = {
  steps: [{ name: "check", status: "skipped", detail: "this connector has no check" }],
};
const noAnswer: CheckReport = {
  steps: [{ name: "check", status: "failed", detail: "no answer in time", fix: "Check the address and the network." }],
};

const ended: CheckReport = {
  steps: [
    { name: "check", status: "failed", detail: "the destination was changed or stopped", fix: "Check it again." },
  ],
};

/**
 * Runs a sink's check. Always resolves to a report, within 30 seconds or when `stop` aborts. `onStep` hears of every
 * step of the report, early where the connector tells.
 */
export async function runCheck(sink: Pick<Sink, "check">, stop: AbortSignal, onStep?: OnStep): Promise<CheckReport> {
  if (onStep === undefined) return reportOf(sink, stop);
  let told = 0;
  let isOver = false;
  const report = await reportOf(sink, stop, (step) => {
    if (isOver) return;
    told++;
    onStep(step);
  });
  isOver = true;
  for (const step of report.steps.slice(told)) onStep(step);
  return report;
}

async function reportOf(sink: Pick<Sink, "check">, stop: AbortSignal, onStep?: OnStep): Promise<CheckReport> {
  if (sink.check === undefined) return noCheck;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(CHECK_TIMEOUT_MS)]);
  try {
    const report = await untilAborted(sink.check(signal, onStep), signal, undefined);
    return report ?? (stop.aborted ? ended : noAnswer);
  } catch (error) {
    return { steps: [{ name: "check", status: "failed", detail: thrownText(error) }] };
  }
}
