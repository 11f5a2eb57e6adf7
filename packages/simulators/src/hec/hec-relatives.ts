/** What makes a product that takes events the HEC way different from Splunk, as far as a client meets it. */
export interface HecRelative {
  /** The only scheme of `Authorization` that it knows. */
  readonly scheme: "Bearer" | "Splunk";
  /** Where it takes events, and nowhere else. */
  readonly path: string;
  /** `raw`: one event a line. `event`: envelopes. */
  readonly shape: "event" | "raw";
  /** What it answers success with. */
  readonly success: string;
  /** An index may be named. */
  readonly takesIndex: boolean;
  /** Whether the destination's `url` is the whole address of the intake. */
  readonly isLiteral: boolean;
}

/**
 * As their documents have them. What CrowdStrike and SentinelOne answer success with is written nowhere that is public:
 * these are the two that no Splunk client understands.
 */
export const hecRelatives = {
  crowdstrike: {
    scheme: "Bearer",
    path: "/hec/5a1f2c/services/collector",
    shape: "raw",
    success: "{}",
    takesIndex: false,
    isLiteral: true,
  },
  logscale: {
    scheme: "Bearer",
    path: "/services/collector/event",
    shape: "event",
    success: "{}",
    takesIndex: false,
    isLiteral: false,
  },
  sentinelone: {
    scheme: "Bearer",
    path: "/services/collector/event",
    shape: "event",
    success: "",
    takesIndex: true,
    isLiteral: false,
  },
} as const satisfies Readonly<Record<string, HecRelative>>;

/** Name of a product that takes events the HEC way. */
export type HecRelativeName = keyof typeof hecRelatives;
