import { SeverityId } from "../generated/enums.ts";
import { wordsOf } from "./outcome.ts";

/**
 * Action taken on a finding. `averted`: the content did not leave, though no person was stopped. `unsaid`: the audit
 * record does not tell, or uses an unknown word.
 */
export type Measure = "stopped" | "averted" | "let through" | "undecided" | "unsaid";

/** Sensitivity of a finding, by its kind. */
export type Found = "credentials" | "regulated" | "other" | "unnamed";

/** The platform's words for actions taken. `docs/ocsf.md` shows this table and the next two. */
export const measureOfWord: Readonly<Record<string, Measure>> = {
  BLOCK: "stopped",
  CANCEL: "averted",
  REDACT: "averted",
  SKIP: "let through",
  ALLOW: "let through",
  ALLOW_WITH_OVERRIDE: "let through",
  ROUTE_TO: "let through",
  PROMPT: "undecided",
  REQUIRE_APPROVAL: "undecided",
};

/** Words in the names of more sensitive kinds of findings. */
export const wordsOfFound: Readonly<Record<"credentials" | "regulated", readonly string[]>> = {
  credentials: ["key", "secret", "password", "passwd", "credential", "credentials", "token", "private", "jwt", "pem"],
  regulated: [
    "ssn",
    "social",
    "passport",
    "license",
    "licence",
    "tax",
    "iban",
    "bank",
    "account",
    "routing",
    "credit",
    "card",
    "pan",
    "cvv",
    "health",
    "medical",
    "mrn",
    "phi",
    "npi",
    "diagnosis",
    "insurance",
    "national",
    "biometric",
  ],
};

/** Severity by sensitivity and action taken. */
export const severityOfFinding: Readonly<Record<Found, Readonly<Record<Measure, SeverityId>>>> = {
  credentials: {
    stopped: SeverityId.High,
    averted: SeverityId.High,
    "let through": SeverityId.Critical,
    undecided: SeverityId.High,
    unsaid: SeverityId.High,
  },
  regulated: {
    stopped: SeverityId.High,
    averted: SeverityId.Medium,
    "let through": SeverityId.Critical,
    undecided: SeverityId.Medium,
    unsaid: SeverityId.High,
  },
  other: {
    stopped: SeverityId.Medium,
    averted: SeverityId.Low,
    "let through": SeverityId.High,
    undecided: SeverityId.Low,
    unsaid: SeverityId.Medium,
  },
  // The kind is unknown: what was blocked justified a block, and what a rule skipped did not.
  unnamed: {
    stopped: SeverityId.High,
    averted: SeverityId.Medium,
    "let through": SeverityId.Low,
    undecided: SeverityId.Low,
    unsaid: SeverityId.Medium,
  },
};

/** Returns the highest sensitivity of these kinds. */
export function foundOf(kinds: readonly string[]): Found {
  if (kinds.length === 0) return "unnamed";
  const words = new Set(kinds.flatMap(wordsOf));
  const isOf = (found: keyof typeof wordsOfFound) => wordsOfFound[found].some((word) => words.has(word));
  if (isOf("credentials")) return "credentials";
  return isOf("regulated") ? "regulated" : "other";
}
