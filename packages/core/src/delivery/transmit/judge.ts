// A connector is third-party code. Everything it returns is checked here.
import type { CheckReport, CheckStep } from "../../connector/check-report.ts";
import type { EncodedPart } from "../../connector/encoded.ts";
import type { EventFailure, SendResult } from "../../connector/send-result.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import { MAX_RETRY_AFTER_MS } from "../../transport/retry-after.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";

/** Limit of a connector's texts in characters: they go into dead letters, logs and the status. */
const LONGEST_TEXT = 2000;
const MOST_STEPS = 100;
const OUTCOMES: readonly string[] = ["rejected", "retry", "unprocessed"] satisfies readonly EventFailure["outcome"][];
const STATUSES: readonly string[] = ["passed", "failed", "skipped"] satisfies readonly CheckStep["status"][];

const accepted: SendResult = { kind: "accepted" };

/**
 * Checks a verdict on a batch of `size` events. An invalid verdict becomes a retry that names the connector, never
 * success.
 */
export function judgeResult(value: unknown, size: number, type: string): SendResult {
  try {
    return resultOf(value, size, type);
  } catch (error) {
    return { kind: "retry", reason: `connector "${type}" gave no verdict: ${thrownText(error)}`, ambiguous: true };
  }
}

/** Describes a thrown value, which may itself throw when read. */
export function thrownText(error: unknown): string {
  try {
    return describeFailure(error).slice(0, LONGEST_TEXT);
  } catch {
    return "what it threw cannot be read";
  }
}

/** Returns the verdict on an attempt in which `send` threw. */
export function judgeThrown(error: unknown): SendResult {
  return { kind: "retry", reason: thrownText(error), ambiguous: true };
}

/** Checks a report. An invalid one becomes a failed step that names the connector. */
export function judgeReport(value: unknown, type: string): CheckReport {
  try {
    const steps = propertiesOf(value).steps;
    if (!Array.isArray(steps)) throw new TypeError(`it has no list of steps but ${nameOf(steps)}`);
    silence(steps);
    return { steps: plainList(steps).slice(0, MOST_STEPS).map(stepOf) };
  } catch (error) {
    const detail = `connector "${type}" gave no report: ${thrownText(error)}`;
    return { steps: [{ name: "check", status: "failed", detail }] };
  }
}

/** Checks an encoder's result and returns its parts. Throws if it is invalid. */
export function judgeEncoded(value: unknown, type: string): readonly EncodedPart[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) {
    for (const part of value) {
      if (isPart(part)) continue;
      silence(value);
      throw notEncoded(part, type);
    }
    // Every part was checked.
    return value;
  }
  if (isPart(value)) return [value];
  throw notEncoded(value, type);
}

/** Checks a partition key. Throws if it is not text. */
export function judgeKey(value: unknown, type: string): string {
  if (typeof value === "string") return value;
  throw new TypeError(`connector "${type}" gave ${nameOf(value)} as a partition key; it must be text`);
}

/** Throws if a connector opened something that is not a sink. */
export function assertSink(value: unknown): void {
  const { encode, send } = propertiesOf(value);
  if (typeof encode !== "function" || typeof send !== "function") {
    throw new TypeError("its open() gave no sink: encode and send must be functions");
  }
}

function resultOf(value: unknown, size: number, type: string): SendResult {
  const verdict = propertiesOf(value);
  const { kind } = verdict;
  switch (kind) {
    case "accepted":
      return accepted;
    case "partial": {
      const failures = failuresOf(verdict.failures, size);
      return { kind, failures, ...waitOf(verdict.afterMs), ...(isTrue(verdict.ambiguous) && { ambiguous: true }) };
    }
    case "retry": {
      const reason = requiredText(verdict.reason, "reason");
      const wait = waitOf(verdict.afterMs);
      const remark = isWrongWait(verdict.afterMs)
        ? ` (connector "${type}" asked to wait ${nameOf(verdict.afterMs)})`
        : "";
      return { kind, reason: `${reason}${remark}`, ...wait, ...(isTrue(verdict.ambiguous) && { ambiguous: true }) };
    }
    case "too-large":
      return { kind, reason: requiredText(verdict.reason, "reason") };
    case "rejected": {
      const reason = requiredText(verdict.reason, "reason");
      const { confirmed } = verdict;
      return { kind, reason, ...(typeof confirmed === "boolean" && { confirmed }) };
    }
    case "suspend": {
      const reason = requiredText(verdict.reason, "reason");
      const { fix } = verdict;
      return { kind, reason, ...(typeof fix === "string" && { fix: fix.slice(0, LONGEST_TEXT) }) };
    }
    default:
      throw new TypeError(`there is no verdict of kind ${nameOf(kind)}`);
  }
}

function failuresOf(value: unknown, size: number): readonly EventFailure[] {
  if (!Array.isArray(value)) throw new TypeError(`a partial verdict lists failures, not ${nameOf(value)}`);
  if (value.length > size) throw new TypeError(`it names ${value.length} failures of ${size} events`);
  silence(value);
  const seen = new Set<number>();
  return plainList(value).map((failure) => {
    const { index, outcome, reason } = propertiesOf(failure);
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= size || seen.has(index)) {
      throw new TypeError(`it names event ${nameOf(index)} of ${size} wrongly`);
    }
    seen.add(index);
    if (!isOutcome(outcome)) throw new TypeError(`there is no outcome ${nameOf(outcome)}`);
    return { index, outcome, reason: requiredText(reason, "reason") };
  });
}

function isOutcome(value: unknown): value is EventFailure["outcome"] {
  return typeof value === "string" && OUTCOMES.includes(value);
}

function isStatus(value: unknown): value is CheckStep["status"] {
  return typeof value === "string" && STATUSES.includes(value);
}

/** Checks a wait. An invalid one is left to the usual backoff. Zero (`Retry-After: 0`) asks for none. */
function waitOf(afterMs: unknown): { readonly afterMs?: number } {
  if (typeof afterMs !== "number" || afterMs === 0 || isWrongWait(afterMs)) return {};
  return { afterMs: Math.min(afterMs, MAX_RETRY_AFTER_MS) };
}

function isWrongWait(afterMs: unknown): boolean {
  return afterMs !== undefined && !(typeof afterMs === "number" && Number.isFinite(afterMs) && afterMs >= 0);
}

function stepOf(value: unknown): CheckStep {
  const { name, status, detail, fix } = propertiesOf(value);
  if (!isStatus(status)) throw new TypeError(`a step's status is ${nameOf(status)}`);
  return {
    name: requiredText(name, "name"),
    status,
    detail: requiredText(detail, "detail"),
    ...(typeof fix === "string" && { fix: fix.slice(0, LONGEST_TEXT) }),
  };
}

function isPart(value: unknown): value is EncodedPart {
  if (typeof value === "string" || value instanceof Uint8Array) return true;
  if (typeof value !== "object" || value === null || !("record" in value)) return false;
  const { record } = value;
  if ("from" in value && value.from !== undefined && !isPosition(value.from)) return false;
  if (record instanceof AcceptedEvent) return true;
  return typeof record === "object" && record !== null && "json" in record && typeof record.json === "string";
}

function isPosition(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function notEncoded(value: unknown, type: string): TypeError {
  return new TypeError(`connector "${type}" encoded it as ${nameOf(value)}; it must be text, bytes or parts of these`);
}

/** Handles the rejection of an unexpected promise, which would otherwise end the process. */
function silence(value: unknown): void {
  if (value instanceof Promise) value.catch(() => undefined);
  if (Array.isArray(value)) for (const part of value) if (part instanceof Promise) part.catch(() => undefined);
}

/** Copies a list's items, holes included, without its own methods. */
function plainList(list: readonly unknown[]): readonly unknown[] {
  return Array.from(list);
}

function requiredText(value: unknown, name: string): string {
  if (typeof value !== "string") throw new TypeError(`its ${name} is ${nameOf(value)} where a text must be`);
  return value.slice(0, LONGEST_TEXT);
}

function isTrue(value: unknown): boolean {
  return value === true;
}

function propertiesOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new TypeError(`it is ${nameOf(value)}`);
  // Every property of an object is at most unknown.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as Readonly<Record<string, unknown>>;
}

/** Names a value's type for a reason, without running its own code. Silences a promise. */
function nameOf(value: unknown): string {
  silence(value);
  if (value instanceof Promise) return "a promise";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}
