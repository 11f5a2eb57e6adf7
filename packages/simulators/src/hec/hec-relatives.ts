/** How a HEC-compatible product differs from Splunk for a client. */
export interface HecRelative {
  /** The only accepted scheme of `Authorization`. */
  readonly scheme: "Bearer" | "Splunk";
  /** The only path that accepts events. */
  readonly path: string;
  /** `raw`: one event per line. `event`: envelopes. */
  readonly shape: "event" | "raw";
  /** The answer on success. */
  readonly success: string;
  /** Whether an envelope may name an index. */
  readonly takesIndex: boolean;
  /** Whether the destination's `url` is the intake's full address. */
  readonly isLiteral: boolean;
}

/**
 * According to the products' documentation. It does not show the success answers of CrowdStrike and SentinelOne, so
 * these two answer with texts that no Splunk client understands.
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
