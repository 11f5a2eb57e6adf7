/**
 * One thing that goes wrong with one request. What is stored follows from the kind: `reset-after`, `half-closed`, `slow`,
 * `truncated` and `continue` strike after the events were stored, so that a repeat doubles them; the others strike before, so that without a repeat
 * the events are lost.
 */
export type Fault =
  /** Nothing goes wrong; for scripts. */
  | { readonly kind: "pass" }
  /** Answers so. Without a body the SIEM's own answer for this status is given. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is reset before the body was taken. */
  | { readonly kind: "reset-before" }
  /** The events are stored, then the connection is reset instead of an answer. */
  | { readonly kind: "reset-after" }
  /** The events are stored, then the server ends its side of the connection without an answer. */
  | { readonly kind: "half-closed" }
  /** The events are stored, and the answer comes after this time. */
  | { readonly kind: "slow"; readonly ms: number }
  /** The events are stored, and the answer breaks off half-way. */
  | { readonly kind: "truncated" }
  /** 200 with a page for people, as a captive portal or a proxy gives it. Nothing is stored. */
  | { readonly kind: "html" }
  /** 200 without a body. Nothing is stored. */
  | { readonly kind: "empty" }
  /** The body is taken and no answer ever comes. Nothing is stored. */
  | { readonly kind: "hang" }
  /** Answers 503 before the body is read. */
  | { readonly kind: "early" }
  /** 200 and a body without an end. Nothing is stored. */
  | { readonly kind: "endless" }
  /** One informational answer after another, and no other. Nothing is stored. */
  | { readonly kind: "informed" }
  /** 200, and now and then a byte of a body that is never whole. Nothing is stored. */
  | { readonly kind: "drip" }
  /** The events are stored; before the answer comes a `100 Continue` that the client did not ask for. */
  | { readonly kind: "continue" }
  /** Random events are refused, each in this SIEM's own way, the others are stored. */
  | {
      readonly kind: "partial";
      /** How many events; 1 where it is not given. A SIEM that stops at the first bad event refuses only one. */
      readonly events?: number;
      /** Status of a refused event, for SIEMs that give one; 400 where it is not given. */
      readonly status?: number;
    };

/** Kind of a fault. */
export type FaultKind = Fault["kind"];

/** A fault that strikes by chance. */
export type FaultRule = Fault & {
  /** Share of the requests, from 0 to 1; 1 where it is not given. The shares of all rules may not exceed 1. */
  readonly rate?: number;
};
