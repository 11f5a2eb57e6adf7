/** The verdict on one attempt. */
export type SendResult =
  | { readonly kind: "accepted" }
  /** Some events failed; those not listed were accepted. */
  | {
      readonly kind: "partial";
      readonly failures: readonly EventFailure[];
      /** As for `retry`: the least time before the retryable ones are sent again. */
      readonly afterMs?: number;
    }
  /** Nothing is known to be taken, and the same bytes may pass later. */
  | {
      readonly kind: "retry";
      readonly reason: string;
      /** The least time to wait, as the SIEM asked; holds for the whole destination. */
      readonly afterMs?: number;
      /** The SIEM may have stored the events although it gave no answer. */
      readonly ambiguous?: boolean;
    }
  /** The body is too large for this SIEM; nothing of it was taken. */
  | { readonly kind: "too-large"; readonly reason: string }
  /** The SIEM will never take these bytes, and nothing of them was taken. */
  | { readonly kind: "rejected"; readonly reason: string }
  /** Only a person can fix it (wrong credential, missing role, wrong index): stop, and keep the events. */
  | { readonly kind: "suspend"; readonly reason: string; readonly fix?: string };

export interface EventFailure {
  /** Position in `batch.records`. */
  readonly index: number;
  /**
   * `rejected`: this event will never pass. `retry`: it may pass later. `unprocessed`: the SIEM stopped before it, so
   * that sending it again is not a retry. (Splunk stops at the first bad event; without this, four bad events in one
   * batch would use up the retries of all the good ones behind them.)
   */
  readonly outcome: "rejected" | "retry" | "unprocessed";
  readonly reason: string;
}

export type Verdict = SendResult["kind"];
