interface Severities {
  /** RFC 5424: 0 (highest) to 7. */
  readonly syslog: number;
  /** 0 to 10. */
  readonly cef: number;
  /** 1 to 10; QRadar has no 0. */
  readonly leef: number;
}

const INFORMATIONAL: Severities = { syslog: 6, cef: 1, leef: 1 };
const UNKNOWN: Severities = { syslog: 6, cef: 0, leef: 1 };
/** OCSF 99 (Other): the middle of each scale. */
const OTHER: Severities = { syslog: 4, cef: 5, leef: 5 };

/** By OCSF severity, from 1 Informational to 6 Fatal. */
const known: readonly Severities[] = [
  UNKNOWN,
  INFORMATIONAL,
  { syslog: 5, cef: 3, leef: 3 },
  { syslog: 4, cef: 5, leef: 5 },
  { syslog: 3, cef: 8, leef: 8 },
  { syslog: 2, cef: 9, leef: 9 },
  { syslog: 1, cef: 10, leef: 10 },
];

/** Converts OCSF's `severity_id` to the scales of the three formats. */
export function severitiesOf(severityId: number): Severities {
  return severityId === 99 ? OTHER : (known[severityId] ?? UNKNOWN);
}
