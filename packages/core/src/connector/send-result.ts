/** The verdict of a sink on one attempt to send a batch. */
export type SendResult =
  | { readonly kind: "accepted" }
  /** Some events failed; those not listed were accepted. */
  | {
      readonly kind: "partial";
      readonly failures: readonly EventFailure[];
      /** Least wait in milliseconds before the retryable events are sent again. */
      readonly afterMs?: number;
      /**
       * The SIEM may have stored some failed events: it says how many it refused, not which. Their dead letters say so.
       */
      readonly ambiguous?: boolean;
    }
  /** The SIEM is not known to have taken anything; the same bytes may pass later. */
  | {
      readonly kind: "retry";
      readonly reason: string;
      /** Least wait in milliseconds that the SIEM asked for. Applies to the whole destination; capped at 15 minutes. */
      readonly afterMs?: number;
      /** The SIEM may have stored the events although no answer came. */
      readonly ambiguous?: boolean;
    }
  /** The body is too large for this SIEM, which took nothing of it. */
  | { readonly kind: "too-large"; readonly reason: string }
  /** These bytes will never pass, and the SIEM took nothing of them. */
  | {
      readonly kind: "rejected";
      readonly reason: string;
      /**
       * Default true: the connector vouches that the SIEM itself refused, in its own protocol's words. False where only
       * a status is known, which a proxy, portal or firewall may have sent. While nothing passes, the destination is
       * then suspended and no event is given up.
       */
      readonly confirmed?: boolean;
    }
  /**
   * Only a person can fix it, such as wrong credentials, a missing role or a wrong index. Delivery stops; the events
   * are kept.
   */
  | { readonly kind: "suspend"; readonly reason: string; readonly fix?: string };

/** One failed event of a batch. */
export interface EventFailure {
  /** Index in `batch.records`. */
  readonly index: number;
  /**
   * `rejected`: this event will never pass. `retry`: it may pass later. `unprocessed`: the SIEM stopped before it, so
   * that sending it again is not a retry. (Splunk stops at the first bad event; without this, four bad events in one
   * batch would use up the retries of all the good ones behind them.)
   */
  readonly outcome: "rejected" | "retry" | "unprocessed";
  readonly reason: string;
}

/** Kind of a verdict. */
export type Verdict = SendResult["kind"];
