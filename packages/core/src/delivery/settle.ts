import type { SendResult } from "../connector/send-result.ts";

/** Why an event left the happy path, in the words of a dead letter. */
export type Stage = "encode" | "limit" | "rejected" | "send" | "overflow" | "expired" | "removed";

/** The piece that was sent: how many events, and how many of its retries are used up. */
export interface SentPiece {
  readonly size: number;
  readonly retries: number;
}

export interface SettlePolicy {
  readonly maxRetries: number;
  readonly onExhausted: "dead-letter" | "hold";
}

/** What becomes of a piece after one attempt. Every index is in exactly one of the lists; those in none are delivered. */
export interface Settlement {
  readonly deadLetters: readonly DeadLetterMark[];
  /** Pieces to send again, in order. */
  readonly again: readonly PieceAgain[];
  /** These go back to the head of the queue. */
  readonly release: readonly number[];
  readonly next: "go-on" | "hold" | "suspend";
}

export interface DeadLetterMark {
  readonly index: number;
  readonly stage: Stage;
  readonly reason: string;
}

export interface PieceAgain {
  readonly indexes: readonly number[];
  /** A retry waits and uses up an attempt; half of a split does neither. */
  readonly isRetry: boolean;
}

/** Turns a verdict into what to do, by the table of settlements. Pure. */
export function settle(piece: SentPiece, result: SendResult, policy: SettlePolicy): Settlement {
  switch (result.kind) {
    case "accepted":
      return delivered;
    case "partial":
      return settlePartial(piece, result, policy);
    case "retry":
      return settleRetry(piece, allOf(piece), result.reason, policy, delivered);
    case "too-large":
      return settleRefused(piece, "limit", result.reason);
    case "rejected":
      return settleRefused(piece, "rejected", result.reason);
    case "suspend":
      return { ...delivered, release: allOf(piece), next: "suspend" };
    default:
      return result satisfies never;
  }
}

const delivered: Settlement = { deadLetters: [], again: [], release: [], next: "go-on" };

function settlePartial(
  piece: SentPiece,
  { failures }: Extract<SendResult, { kind: "partial" }>,
  policy: SettlePolicy,
): Settlement {
  const problem = problemOf(piece, failures);
  if (problem !== undefined) return settleRetry(piece, allOf(piece), problem, policy, delivered);

  const inOrder = failures.toSorted((a, b) => a.index - b.index);
  const rejected = inOrder.filter((failure) => failure.outcome === "rejected");
  const retry = inOrder.filter((failure) => failure.outcome === "retry");
  const unprocessed = inOrder.filter((failure) => failure.outcome === "unprocessed").map(({ index }) => index);
  const deadLetters = rejected.map(({ index, reason }) => ({ index, stage: "rejected" as const, reason }));

  // Nothing came of this attempt: without using it up, the same could go on for ever.
  if (unprocessed.length === piece.size) {
    return settleRetry(piece, unprocessed, firstReason(inOrder), policy, delivered);
  }
  const rest = { deadLetters, again: unprocessed.length > 0 ? [{ indexes: unprocessed, isRetry: false }] : [] };
  if (retry.length === 0) return { ...delivered, ...rest };
  const indexes = retry.map(({ index }) => index);
  return settleRetry(piece, indexes, firstReason(retry), policy, { ...delivered, ...rest });
}

function firstReason(failures: readonly { readonly reason: string }[]): string {
  return failures[0]?.reason ?? "no reason given";
}

/** A verdict that names an event which was not sent, or one event twice, cannot be believed in the rest either. */
function problemOf(piece: SentPiece, failures: readonly { readonly index: number }[]): string | undefined {
  const seen = new Set<number>();
  for (const { index } of failures) {
    if (!Number.isInteger(index) || index < 0 || index >= piece.size || seen.has(index)) {
      return `the connector's verdict names event ${index} of ${piece.size} wrongly`;
    }
    seen.add(index);
  }
  return undefined;
}

function settleRetry(
  piece: SentPiece,
  indexes: readonly number[],
  reason: string,
  policy: SettlePolicy,
  others: Settlement,
): Settlement {
  if (piece.retries < policy.maxRetries) {
    return { ...others, again: [...others.again, { indexes, isRetry: true }] };
  }
  if (policy.onExhausted === "hold") {
    const unsent = others.again.flatMap((again) => again.indexes);
    const release = [...indexes, ...unsent].toSorted((a, b) => a - b);
    return { ...others, again: [], release, next: "hold" };
  }
  const deadLetters = indexes.map((index) => ({ index, stage: "send" as const, reason }));
  return { ...others, deadLetters: [...others.deadLetters, ...deadLetters] };
}

function settleRefused(piece: SentPiece, stage: "limit" | "rejected", reason: string): Settlement {
  if (piece.size === 1) return { ...delivered, deadLetters: [{ index: 0, stage, reason }] };
  const middle = piece.size >> 1;
  const indexes = allOf(piece);
  return {
    ...delivered,
    again: [
      { indexes: indexes.slice(0, middle), isRetry: false },
      { indexes: indexes.slice(middle), isRetry: false },
    ],
  };
}

function allOf(piece: SentPiece): readonly number[] {
  return Array.from({ length: piece.size }, (_, index) => index);
}
