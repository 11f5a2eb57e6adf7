import type { JsonObject } from "../json-value.ts";
import { placesOf, plainNumber, plainText } from "./audit-record-values.ts";

/**
 * Outcome of an action, from best to worst. `changed`: done, but not as requested, such as a request whose secrets were
 * removed. `pending`: not decided yet. `refused`: denied by a person or a rule.
 */
export type Outcome = "success" | "changed" | "pending" | "failed" | "refused";

/** Words for an outcome, in any field, case and separator. `docs/ocsf.md` shows the table. */
export const outcomeWords: Readonly<Record<Outcome, readonly string[]>> = {
  success: [
    "success",
    "succeeded",
    "successful",
    "ok",
    "allow",
    "allowed",
    "pass",
    "passed",
    "permit",
    "permitted",
    "grant",
    "granted",
    "accept",
    "accepted",
    "complete",
    "completed",
    "approved",
    "verified",
    "route_to",
    "routed",
  ],
  changed: ["redact", "redacted", "mask", "masked", "skip", "skipped", "allow_with_override", "overridden", "partial"],
  pending: ["prompt", "require_approval", "approval_requested", "pending", "challenge", "mfa_required", "in_progress"],
  failed: [
    "failure",
    "failed",
    "fail",
    "error",
    "errored",
    "exception",
    "timeout",
    "timed_out",
    "aborted",
    "invalid",
    "unavailable",
    "unsuccessful",
    "rate_limited",
    "throttled",
    "incomplete",
    "exceeded",
  ],
  refused: [
    "block",
    "blocked",
    "cancel",
    "canceled",
    "cancelled",
    "deny",
    "denied",
    "reject",
    "rejected",
    "refuse",
    "refused",
    "forbidden",
    "unauthorized",
    "unauthorised",
  ],
};

const order: readonly Outcome[] = ["success", "changed", "pending", "failed", "refused"];
const byWord = new Map(
  order.flatMap((outcome) => outcomeWords[outcome].map((word): [string, Outcome] => [word, outcome])),
);
const negations = new Set(["not", "no", "without", "never"]);

export interface ReadOutcome {
  /** The worst outcome in any field: a request that the policy allowed and the provider failed has failed. */
  readonly outcome: Outcome | undefined;
  /** Reason, in the audit record's words. */
  readonly reason: string | undefined;
}

/** Reads the outcome of an audit record. */
export function readOutcome(auditRecord: JsonObject): ReadOutcome {
  const outcomes: (Outcome | undefined)[] = [];
  let reason: string | undefined;
  for (const place of placesOf(auditRecord)) {
    for (const name of wordFields) outcomes.push(ofWordOrCode(place[name]));
    // An account may be pending too.
    const status = ofWordOrCode(place["status"]);
    if (status !== "pending") outcomes.push(status);
    for (const name of codeFields) outcomes.push(ofWordOrCode(place[name]));
    outcomes.push(ofFlag(place["success"]));
    for (const name of errorFields) {
      const error = errorText(place[name]);
      if (error === undefined) continue;
      outcomes.push("failed");
      reason ??= error;
    }
  }
  return { outcome: worstOf(outcomes), reason };
}

const wordFields = ["outcome", "action_taken", "result", "decision"];
const codeFields = ["status_code", "http_status", "response_code", "response_status"];
const errorFields = ["error", "failure_reason", "error_message", "error_code", "exception"];

export function worstOf(outcomes: readonly (Outcome | undefined)[]): Outcome | undefined {
  return order.findLast((outcome) => outcomes.includes(outcome));
}

/**
 * Returns the outcome of a word, or of several joined by any separator: `BLOCK`, `access denied`, `login_failed`,
 * `not_allowed`.
 */
export function outcomeOfWords(text: string): Outcome | undefined {
  const words = wordsOf(text);
  const whole = byWord.get(words.join("_"));
  if (whole !== undefined) return whole;
  const said = words.map((word, index) => {
    const outcome = byWord.get(word) ?? byWord.get(`${word}_${words[index + 1] ?? ""}`);
    return outcome !== undefined && negations.has(words[index - 1] ?? "") ? opposite(outcome) : outcome;
  });
  return worstOf(said);
}

/** Returns the words without those for an outcome: `chat_completion_failed` is a `chat_completion`. */
export function withoutOutcome(words: readonly string[]): readonly string[] {
  return words.filter((word) => !byWord.has(word));
}

/**
 * Splits a name into words. Dialects differ in case and separator (`auth.login_success`, `auth.login.success`,
 * `loginFailed`).
 */
export function wordsOf(text: string): readonly string[] {
  // The platform limits actions to 255 characters. Later words are prose.
  const separated = text.slice(0, 255).replaceAll(/([a-z\d])([A-Z])/g, "$1_$2");
  return separated.toLowerCase().match(/[a-z\d]+/g) ?? [];
}

function opposite(outcome: Outcome): Outcome {
  return outcome === "success" || outcome === "changed" ? "failed" : "success";
}

function ofWordOrCode(value: unknown): Outcome | undefined {
  const code = plainNumber(value) ?? Number(/^\s*([1-5]\d\d)\b/.exec(plainText(value) ?? "")?.[1]);
  if (code >= 100 && code < 600) return outcomeOfCode(code);
  return typeof value === "string" ? outcomeOfWords(value) : undefined;
}

/** Returns the outcome of an HTTP status. */
export function outcomeOfCode(code: number): Outcome {
  if (code < 400) return "success";
  return [401, 403, 407, 451].includes(code) ? "refused" : "failed";
}

function ofFlag(value: unknown): Outcome | undefined {
  const text = typeof value === "boolean" ? String(value) : plainText(value)?.toLowerCase();
  if (text === "true" || text === "1") return "success";
  return text === "false" || text === "0" ? "failed" : undefined;
}

const noError = new Set(["", "0", "none", "null", "no", "false", "ok", "success", "no error"]);

/** Returns the text of an error; undefined if the field means that there was none. */
function errorText(value: unknown): string | undefined {
  if (value === true) return "error";
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const text = Object.entries(value).find(
      ([name, part]) => /^(message|reason|detail|code)$/.test(name) && plainText(part),
    );
    return text === undefined ? (Object.keys(value).length > 0 ? "error" : undefined) : plainText(text[1]);
  }
  const text = plainText(value);
  return text === undefined || noError.has(text.trim().toLowerCase()) ? undefined : text;
}
