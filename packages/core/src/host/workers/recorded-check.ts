import type { CheckReport, CheckStep, OnStep } from "../../connector/check-report.ts";
import type { ExchangeRecorder } from "../../transport/exchange-recorder.ts";
import type { Hide } from "../secrets/hide-secrets.ts";
import { createDialSteps } from "./dial-steps.ts";
import type { Exchange } from "./shown-exchange.ts";
import { shownExchange } from "./shown-exchange.ts";

/** A step of a check as people see it. */
export interface ShownStep extends CheckStep {
  /** What was sent and answered last in a failed step. */
  readonly exchange?: Exchange;
}

/** A check as people see it. */
export interface ShownReport {
  readonly steps: readonly ShownStep[];
}

export interface Listening {
  readonly signal: AbortSignal;
  readonly onStep: ((step: ShownStep) => void) | undefined;
}

/** Where the exchanges of a check are recorded, and how secrets in them are hidden. */
export interface CheckRecording {
  readonly recorder: ExchangeRecorder;
  readonly hide: Hide;
}

const MOST_DETAIL = 300;

/**
 * Runs a check. Adds the parts of opening its first connection for HTTP as steps, each as soon as it succeeded, and to
 * a failed step what was sent and answered.
 */
export async function recordedCheck(
  check: (signal: AbortSignal, onStep?: OnStep) => Promise<CheckReport>,
  { signal, onStep }: Listening,
  { recorder, hide }: CheckRecording,
): Promise<ShownReport> {
  const dialSteps = createDialSteps();
  const told: ShownStep[] = [];
  let ownTold = 0;
  const before = recorder.others();

  function shown(step: CheckStep): ShownStep {
    // Several steps may judge one answer.
    const raw = step.status === "failed" ? recorder.otherSince(before) : undefined;
    const named = dialSteps.renamed(step);
    return raw === undefined ? named : { ...named, exchange: shownExchange(raw, hide) };
  }

  function tell(step: ShownStep): void {
    told.push(step);
    onStep?.(step);
  }

  recorder.watchDials((dialled) => {
    const step = dialSteps.stepOf(dialled);
    // The name in a certificate is a stranger's text, of any length.
    if (step !== undefined) tell({ ...step, detail: hide(step.detail).slice(0, MOST_DETAIL) });
  });
  try {
    const { steps } = await check(signal, (step) => {
      ownTold++;
      tell(shown(step));
    });
    // A connector may tell of its first steps early, and of the others in its report alone.
    return { steps: [...told, ...steps.slice(ownTold).map(shown)] };
  } finally {
    recorder.watchDials(undefined);
  }
}
