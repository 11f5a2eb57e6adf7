import type { HttpReply, SendResult } from "@arbitex/core";
import { reasonOf } from "@arbitex/core";

/** So many failures in a row, without a success between, and it is no hiccup. */
const MAX_FAILURES = 3;

export interface MismatchWatch {
  succeeded(): void;
  /** The verdict on a 500. */
  failed(reply: HttpReply): SendResult;
}

/**
 * Counts the 500s in a row. Cortex XSIAM answers so when format or compression are not the collector's, which no waiting
 * heals: after a few tries the events are kept until someone has looked.
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
