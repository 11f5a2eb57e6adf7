/** OpenTelemetry's severity number and text. */
export interface Severity {
  /** 1 to 24; 0 if unspecified. */
  readonly number: number;
  readonly text: string;
}

const UNKNOWN: Severity = { number: 0, text: "Unknown" };
/** OCSF 99 (Other), for which OpenTelemetry has no number. */
const OTHER: Severity = { number: 0, text: "Other" };

/** By OCSF severity, from 1 Informational to 6 Fatal. Each has a separate number, in the same order. */
const known: readonly Severity[] = [
  UNKNOWN,
  { number: 9, text: "Informational" },
  { number: 10, text: "Low" },
  { number: 13, text: "Medium" },
  { number: 17, text: "High" },
  { number: 18, text: "Critical" },
  { number: 21, text: "Fatal" },
];

/** Converts OCSF's `severity_id` to `SeverityNumber` and `SeverityText`: INFO, INFO2, WARN, ERROR, ERROR2, FATAL. */
export function severityOf(severityId: number): Severity {
  return severityId === 99 ? OTHER : (known[severityId] ?? UNKNOWN);
}
