import { SeverityId } from "../generated/enums.ts";
import { wordsOf } from "./outcome.ts";

/**
 * What was done about what a finding found. `averted`: it did not leave, though nobody was stopped. `unsaid`: the audit
 * record does not tell, or in a word of its own.
 */
export type Measure = "stopped" | "averted" | "let through" | "undecided" | "unsaid";

/** How grave it is that what was found leaves, by what it is. */
export type Found = "credentials" | "regulated" | "other" | "unnamed";

/** The platform's words for what was done. `docs/ocsf.md` shows this table and the next two. */
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

/** Kinds of findings that are graver than others, by words in their names. */
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

/** Severity by what was found and what was done about it. */
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
  // Nobody says what it was: a block was worth blocking, and what a rule skipped was not worth more.
  unnamed: {
    stopped: SeverityId.High,
    averted: SeverityId.Medium,
    "let through": SeverityId.Low,
    undecided: SeverityId.Low,
    unsaid: SeverityId.Medium,
  },
};

/** How grave the gravest of these kinds is. */
export function foundOf(kinds: readonly string[]): Found {
  if (kinds.length === 0) return "unnamed";
  const words = new Set(kinds.flatMap(wordsOf));
  const isOf = (found: keyof typeof wordsOfFound) => wordsOfFound[found].some((word) => words.has(word));
  if (isOf("credentials")) return "credentials";
  return isOf("regulated") ? "regulated" : "other";
}
