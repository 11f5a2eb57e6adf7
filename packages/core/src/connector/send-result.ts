/** The verdict on one attempt. */
export type SendResult =
  | { readonly kind: "accepted" }
  /** Some events failed; those not listed were accepted. */
  | {
      readonly kind: "partial";
      readonly failures: readonly EventFailure[];
      /** As for `retry`: the least time before the retryable ones are sent again. */
      readonly afterMs?: number;
      /** The SIEM may have stored failed events: it says how many it refused, and not which. Their dead letters say so. */
      readonly ambiguous?: boolean;
    }
  /** Nothing is known to be taken, and the same bytes may pass later. */
  | {
      readonly kind: "retry";
      readonly reason: string;
      /** The least time to wait, as the SIEM asked; holds for the whole destination. At most 15 minutes are waited. */
      readonly afterMs?: number;
      /** The SIEM may have stored the events although it gave no answer. */
      readonly ambiguous?: boolean;
    }
  /** The body is too large for this SIEM; nothing of it was taken. */
  | { readonly kind: "too-large"; readonly reason: string }
  /** These bytes will never pass, and nothing of them was taken. */
  | {
      readonly kind: "rejected";
      readonly reason: string;
      /**
       * False where there is a status alone, which a proxy, a portal or a firewall on the way may have sent: while nothing
       * passes, the destination is suspended, and no event is given up for it. Otherwise the connector vouches that the
       * SIEM itself said so, in its own protocol's words.
       */
      readonly confirmed?: boolean;
    }
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
