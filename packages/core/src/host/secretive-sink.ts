import type { CheckReport } from "../connector/check-report.ts";
import type { Sink } from "../connector/connector.ts";
import type { SendResult } from "../connector/send-result.ts";
import { judgeKey, judgeReport, judgeResult, judgeThrown, thrownText } from "../delivery/judge.ts";
import type { Logger } from "../telemetry/logger.ts";

/** Hides secrets in a text. */
export type Hide = (text: string) => string;

/** Shorter ones are no secrets, and hiding them would tear holes into words. */
const SHORTEST_SECRET = 4;
/** What is left of a secret tells something from this length on, and from a third of it. */
const SHORTEST_CUT = 8;
const MARK = "[secret]";

/**
 * Hides the secrets of a configuration in a text. A SIEM's answer, or a proxy's, may repeat the credential it was given,
 * and a reason quotes answers.
 */
export function hiderOf(config: unknown): Hide {
  const secrets = [...secretsIn(config)];
  const names = [...textsIn(config), ...secrets];
  const pairs = secrets.flatMap((secret) => names.map((name) => basicCredential(name, secret)));
  const needles = [...secrets.flatMap(formsOf), ...pairs].toSorted((a, b) => b.length - a.length);
  if (needles.length === 0) return (text) => text;
  return (text) => {
    const hidden = needles.reduce((rest, needle) => rest.replaceAll(needle, MARK), text);
    return withoutCuts(hidden, needles);
  };
}

/** A connector quotes so much of an answer and no more: the cut may have gone through a secret. */
function withoutCuts(text: string, needles: readonly string[]): string {
  const cuts = needles.map((needle) => cutOf(text, needle));
  // One form of a secret may begin as another does, and end sooner.
  const longest = cuts.toSorted((a, b) => b.length - a.length)[0] ?? "";
  return longest === "" ? text : withoutCuts(text.replaceAll(longest, MARK), needles);
}

/** The most of a secret's beginning that stands in the text, when that tells something. */
function cutOf(text: string, needle: string): string {
  const least = Math.max(SHORTEST_CUT, Math.ceil(needle.length / 3));
  const start = needle.length <= least ? -1 : text.indexOf(needle.slice(0, least));
  if (start === -1) return "";
  let length = least;
  while (start + length < text.length && text[start + length] === needle[length]) length++;
  return text.slice(start, start + length);
}

/** As it was given, and as headers, addresses and JSON would carry it. */
function formsOf(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString("base64");
  const forms = [value, base64, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_SECRET);
}

/** As HTTP's basic authentication sends a password, whichever of the settings is its user. */
function basicCredential(name: string, secret: string): string {
  return Buffer.from(`${name}:${secret}`).toString("base64");
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  if (typeof value !== "object" || value === null || "reveal" in value) return;
  for (const inner of Object.values(value)) yield* textsIn(inner);
}

function* secretsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  // By its method, not its class: a connector may bring its own copy of this library.
  if ("reveal" in value && typeof value.reveal === "function") {
    const revealed: unknown = value.reveal();
    if (typeof revealed === "string") yield revealed;
    return;
  }
  for (const inner of Object.values(value)) yield* secretsIn(inner);
}

/** A sink whose verdicts, reports and errors are judged, and tell no secret. */
export function secretiveSink(sink: Sink, hide: Hide, type: string): Sink {
  return {
    encode: (record) => sink.encode(record),
    async send(batch, signal) {
      try {
        return hiddenResult(judgeResult(await sink.send(batch, signal), batch.records.length, type), hide);
      } catch (error) {
        return hiddenResult(judgeThrown(error), hide);
      }
    },
    ...(sink.partitionKey && { partitionKey: (record) => judgeKey(sink.partitionKey?.(record), type) }),
    ...(sink.check && { check: async (signal) => hiddenReport(await checkOf(sink, signal, type), hide) }),
    ...(sink.close && { close: async () => sink.close?.() }),
  };
}

async function checkOf(sink: Sink, signal: AbortSignal, type: string): Promise<CheckReport> {
  try {
    return judgeReport(await sink.check?.(signal), type);
  } catch (error) {
    return { steps: [{ name: "check", status: "failed", detail: thrownText(error) }] };
  }
}

/** The verdict without secrets. */
function hiddenResult(result: SendResult, hide: Hide): SendResult {
  switch (result.kind) {
    case "accepted":
      return accepted;
    case "partial": {
      const { kind, failures, afterMs } = result;
      const hidden = failures.map(({ index, outcome, reason }) => ({ index, outcome, reason: hide(reason) }));
      return { kind, failures: hidden, ...(afterMs !== undefined && { afterMs }) };
    }
    case "suspend": {
      const { kind, reason, fix } = result;
      return { kind, reason: hide(reason), ...(fix !== undefined && { fix: hide(fix) }) };
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
      return { name, status, detail: hide(detail), ...(fix !== undefined && { fix: hide(fix) }) };
    }),
  };
}

/** A logger for a connector, whose texts tell no secret either. */
export function secretiveLogger(logger: Logger, hide: Hide): Logger {
  const hidden = (facts: object) =>
    Object.fromEntries(
      Object.entries(facts).map(([key, value]: [string, unknown]) => [
        key,
        typeof value === "string" ? hide(value) : value,
      ]),
    );
  return {
    debug: (facts, text) => logger.debug(hidden(facts), hide(text)),
    info: (facts, text) => logger.info(hidden(facts), hide(text)),
    warn: (facts, text) => logger.warn(hidden(facts), hide(text)),
    error: (facts, text) => logger.error(hidden(facts), hide(text)),
    child: (facts) => secretiveLogger(logger.child(hidden(facts)), hide),
  };
}
