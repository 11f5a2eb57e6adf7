/**
 * One fault of one request. The kinds `reset-after`, `half-closed`, `slow`, `truncated` and `continue` occur after the
 * events are stored, so that a repeated request duplicates them. The others occur before, so that without a repeated
 * request the events are lost.
 */
export type Fault =
  /** No fault; for scripts. */
  | { readonly kind: "pass" }
  /** Answers with this status. Without a body, the SIEM's own answer for the status is sent. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Resets the connection before the body is read. */
  | { readonly kind: "reset-before" }
  /** Stores the events, then resets the connection instead of answering. */
  | { readonly kind: "reset-after" }
  /** Stores the events, then ends the server's side of the connection without an answer. */
  | { readonly kind: "half-closed" }
  /** Stores the events and answers after this time. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Stores the events and sends half of the answer. */
  | { readonly kind: "truncated" }
  /** Answers 200 with an HTML page, like a captive portal or a proxy. Stores nothing. */
  | { readonly kind: "html" }
  /** Answers 200 without a body. Stores nothing. */
  | { readonly kind: "empty" }
  /** Reads the body and never answers. Stores nothing. */
  | { readonly kind: "hang" }
  /** Answers 503 before the body is read. */
  | { readonly kind: "early" }
  /** Answers 200 with an endless body. Stores nothing. */
  | { readonly kind: "endless" }
  /** Sends one informational answer after another, and no final one. Stores nothing. */
  | { readonly kind: "informed" }
  /** Answers 200 and sends single bytes of a body that never ends. Stores nothing. */
  | { readonly kind: "drip" }
  /** Stores the events and sends an unexpected `100 Continue` before the answer. */
  | { readonly kind: "continue" }
  /** Refuses random events in this SIEM's own way and stores the others. */
  | {
      readonly kind: "partial";
      /** Number of refused events. Default 1. A SIEM that stops at the first invalid event refuses only one. */
      readonly events?: number;
      /** Status of a refused event, for SIEMs with such statuses. Default 400. */
      readonly status?: number;
    };

/** Kind of a fault. */
export type FaultKind = Fault["kind"];

/** A random fault. */
export type FaultRule = Fault & {
  /** Share of the requests, from 0 to 1. Default 1. The shares of all rules may not exceed 1. */
  readonly rate?: number;
};
