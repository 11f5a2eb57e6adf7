import type { CheckReport, OnStep } from "../../connector/check-report.ts";
import type { Sink } from "../../connector/connector.ts";
import type { SendResult } from "../../connector/send-result.ts";
import { judgeKey, judgeReport, judgeResult, judgeThrown, thrownText } from "../../delivery/transmit/judge.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { hideInAdvice } from "../secrets/hide-advice.ts";
import type { Hide } from "../secrets/hide-secrets.ts";

/** Wraps a connector's sink: validates its verdicts and check reports, and removes secrets from them and from its errors. */
export function redactingSink(sink: Sink, hide: Hide, type: string): Sink {
  return {
    encode(record) {
      try {
        return sink.encode(record);
      } catch (error) {
        throw hiddenError(error, hide);
      }
    },
    async send(batch, signal) {
      try {
        return hiddenResult(judgeResult(await sink.send(batch, signal), batch.records.length, type), hide);
      } catch (error) {
        return hiddenResult(judgeThrown(error), hide);
      }
    },
    ...(sink.partitionKey && {
      partitionKey(record) {
        try {
          return judgeKey(sink.partitionKey?.(record), type);
        } catch (error) {
          throw hiddenError(error, hide);
        }
      },
    }),
    ...(sink.check && {
      async check(signal, onStep) {
        const tell = onStep && tellerOf(onStep, hide, type);
        return hiddenReport(await checkOf(sink, type, signal, tell), hide);
      },
    }),
    ...(sink.close && { close: async () => sink.close?.() }),
  };
}

/** Returns an error with only the message of the connector's error, without secrets. */
export function hiddenError(error: unknown, hide: Hide): Error {
  return new Error(hide(thrownText(error)));
}

/** Judges and hides a step as the whole report is. */
function tellerOf(onStep: OnStep, hide: Hide, type: string): OnStep {
  return (step) => {
    for (const judged of hiddenReport(judgeReport({ steps: [step] }, type), hide).steps) onStep(judged);
  };
}

async function checkOf(
  sink: Sink,
  type: string,
  signal: AbortSignal,
  onStep: OnStep | undefined,
): Promise<CheckReport> {
  try {
    return judgeReport(await sink.check?.(signal, onStep), type);
  } catch (error) {
    return { steps: [{ name: "check", status: "failed", detail: thrownText(error) }] };
  }
}

/** Hides secrets in a verdict. */
function hiddenResult(result: SendResult, hide: Hide): SendResult {
  switch (result.kind) {
    case "accepted":
      return accepted;
    case "partial": {
      const { kind, failures, afterMs, ambiguous } = result;
      const hidden = failures.map(({ index, outcome, reason }) => ({ index, outcome, reason: hide(reason) }));
      const hints = { ...(afterMs !== undefined && { afterMs }), ...(ambiguous !== undefined && { ambiguous }) };
      return { kind, failures: hidden, ...hints };
    }
    case "suspend": {
      const { kind, reason, fix } = result;
      return { kind, reason: hide(reason), ...(fix !== undefined && { fix: hideInAdvice(fix, hide) }) };
    }
    case "retry": {
      const { kind, reason, afterMs, ambiguous } = result;
      const hints = { ...(afterMs !== undefined && { afterMs }), ...(ambiguous !== undefined && { ambiguous }) };
      return { kind, reason: hide(reason), ...hints };
    }
    case "rejected": {
      const { kind, reason, confirmed } = result;
      return { kind, reason: hide(reason), ...(confirmed !== undefined && { confirmed }) };
    }
    case "too-large":
      return { kind: result.kind, reason: hide(result.reason) };
    default:
      return result satisfies never;
  }
}

const accepted: SendResult = { kind: "accepted" };

function hiddenReport({ steps }: CheckReport, hide: Hide): CheckReport {
  return {
    steps: steps.map(({ name, status, detail, fix }) => {
      return { name, status, detail: hide(detail), ...(fix !== undefined && { fix: hideInAdvice(fix, hide) }) };
    }),
  };
}

/** Wraps a connector's logger: removes secrets from texts and fields. */
export function redactingLogger(logger: Logger, hide: Hide): Logger {
  const hidden = (facts: object) => hiddenFacts(facts, hide);
  return {
    debug: (facts, text) => logger.debug(hidden(facts), hide(text)),
    info: (facts, text) => logger.info(hidden(facts), hide(text)),
    warn: (facts, text) => logger.warn(hidden(facts), hide(text)),
    error: (facts, text) => logger.error(hidden(facts), hide(text)),
    child: (facts) => redactingLogger(logger.child(hidden(facts)), hide),
  };
}

function hiddenFacts(facts: object, hide: Hide): object {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, hiddenFact(value, hide, MOST_NESTING)]));
}

/** Log fields are flat or nearly so. */
const MOST_NESTING = 4;

function hiddenFact(value: unknown, hide: Hide, nesting: number): unknown {
  if (typeof value === "string") return hide(value);
  if (value instanceof Error) return hide(thrownText(value));
  if (typeof value !== "object" || value === null) return value;
  if (nesting === 0) return "[nested too deep]";
  if ("toJSON" in value && typeof value.toJSON === "function") return hiddenFact(value.toJSON(), hide, nesting - 1);
  if (Array.isArray(value)) return value.map((item: unknown) => hiddenFact(item, hide, nesting - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [hide(key), hiddenFact(inner, hide, nesting - 1)]),
  );
}
