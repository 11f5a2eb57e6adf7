import type { HttpReply, SendResult } from "@arbitex/core";
import { reasonOf } from "@arbitex/core";

/** Consecutive failures that are not a brief outage. */
const MAX_FAILURES = 3;

export interface MismatchWatch {
  succeeded(): void;
  /** Returns the verdict on a 500. */
  failed(reply: HttpReply): SendResult;
}

/**
 * Counts consecutive 500s. Cortex XSIAM answers 500 if format or compression differ from the collector's, which waiting
 * does not fix: after a few tries the events are kept until a person acts.
 */
export function createMismatchWatch(compression: "gzip" | "none"): MismatchWatch {
  let failures = 0;
  return {
    succeeded() {
      failures = 0;
    },
    failed(reply) {
      failures++;
      const reason = reasonOf(reply);
      if (failures < MAX_FAILURES) return { kind: "retry", reason };
      return {
        kind: "suspend",
        reason: `${reason} (${failures} times in a row: probably not the format or compression of the collector)`,
        fix: mismatchFix(compression),
      };
    },
  };
}

export function mismatchFix(compression: "gzip" | "none"): string {
  const setting = compression === "gzip" ? "gzip" : "uncompressed";
  return (
    `Set the collector's Compression to ${setting} and its Log Format to JSON, or compression here to what it says. ` +
    "If both agree, check url and api_key for a slip."
  );
}
