// The table of settlements: what a verdict makes of a sub-batch's events, and what it says about the destination. Pure.
import type { Stage } from "../dead-letters/stage.ts";
import type { EventFailure, SendResult } from "../../connector/send-result.ts";
import type { Doubt } from "./sub-batch.ts";

/** The sub-batch that was sent. */
export interface SentSubBatch {
  readonly size: number;
  /** Failures in vain before this attempt. */
  readonly retries: number;
  /** Of a lone event: failures that were each followed by a delivery of something else. */
  readonly strikes: number;
  /** It has failed before, or a larger sub-batch with it, where others passed. */
  readonly isSuspect: boolean;
  /** Events of the batch to which it belongs. */
  readonly batchSize: number;
  /** A body of several events, or one as large as this, has been taken by the SIEM before. */
  readonly isUsualSize: boolean;
}

export interface SettlePolicy {
  readonly maxRetries: number;
  readonly onExhausted: "dead-letter" | "hold";
  readonly ordered: boolean;
}

/** How the destination is doing. */
export interface Scene {
  /**
   * `sending`: as usual. `probing`: it is held or suspended, and one event shows whether it works again. `ending`: every
   * event has one attempt more. In the last two what fails goes back to the queue.
   */
  readonly stance: "sending" | "probing" | "ending";
  /** Something has been delivered since these events failed, or while they were under way. */
  readonly othersPass: boolean;
  /** Something has been delivered since these events were refused for the first time. */
  readonly othersPassSinceRefusal: boolean;
  /** The destination has delivered something since it was opened. */
  readonly hasDelivered: boolean;
  /** Attempts in a row, before this one, with which nothing was delivered: failed ones, and refused ones. */
  readonly failures: number;
  readonly refusals: number;
  /** Something else can be sent before this sub-batch is sent again. */
  readonly hasOthers: boolean;
}

/** What becomes of a sub-batch after one attempt. Every index is in exactly one of the lists; those in none are delivered. */
export interface Settlement {
  readonly deadLetters: readonly DeadLetterMark[];
  /** Sub-batches to send again, in order. */
  readonly again: readonly SubBatchAgain[];
  /** These go back to the head of the queue. */
  readonly requeue: readonly number[];
  readonly next: Next;
}

export interface DeadLetterMark {
  readonly index: number;
  readonly stage: Stage;
  readonly reason: string;
}

export interface SubBatchAgain {
  readonly indexes: readonly number[];
  /** At once; after what else there is to send; or after a wait of its own, while the others go on. */
  readonly when: "now" | "later" | "aside";
  readonly isRetry: boolean;
  /** It may be what fails, and not the destination. */
  readonly isSuspect?: boolean;
  /** Whether others pass decides what it was. */
  readonly doubt?: Doubt["kind"] | undefined;
}

/** What an attempt says about the destination. */
export type Next =
  /** It answered, whatever it made of these events. */
  | { readonly kind: "go on" }
  /** Nothing was taken: it may be down, or these events are what fails. */
  | Failed
  /** Some was taken, and it asked to wait with the rest. */
  | { readonly kind: "busy"; readonly afterMs?: number | undefined }
  /** A status alone refused all of it. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Retries are used up while nothing passes. */
  | { readonly kind: "exhausted"; readonly reason: string }
  | { readonly kind: "suspend"; readonly reason: string; readonly fix?: string | undefined };

interface Failed {
  readonly kind: "failed";
  readonly reason: string;
  /** Nothing is sent for a while. */
  readonly wait: boolean;
  readonly afterMs?: number | undefined;
  /** False for an event of which it is known that it fails while others pass. */
  readonly counts: boolean;
}

/** What to do where a status alone refuses everything. */
export const STRANGER =
  "Nothing passes, and no event is given up for a status alone: look for what answers on the way (a proxy, a portal, a firewall), and at what the SIEM's log says.";

const delivered: Settlement = { deadLetters: [], again: [], requeue: [], next: { kind: "go on" } };

export function settle(subBatch: SentSubBatch, result: SendResult, policy: SettlePolicy, scene: Scene): Settlement {
  switch (result.kind) {
    case "accepted":
      return delivered;
    case "partial":
      return settlePartial(subBatch, result, policy, scene);
    case "retry":
      return settleFailure(subBatch, result, policy, scene);
    case "too-large":
      return settleRefusal(subBatch, { stage: "limit", reason: result.reason }, policy, scene);
    case "rejected":
      if (result.confirmed !== false) return settleBad(subBatch, result.reason);
      return settleRefusal(subBatch, { stage: "rejected", reason: result.reason }, policy, scene);
    case "suspend": {
      const { reason, fix } = result;
      return { ...delivered, requeue: allOf(subBatch), next: { kind: "suspend", reason, fix } };
    }
    default:
      return result satisfies never;
  }
}

function settlePartial(
  subBatch: SentSubBatch,
  { failures, afterMs }: Extract<SendResult, { kind: "partial" }>,
  policy: SettlePolicy,
  scene: Scene,
): Settlement {
  const inOrder = failures.toSorted((a, b) => a.index - b.index);
  const indexesOf = (outcome: EventFailure["outcome"]) =>
    inOrder.filter((failure) => failure.outcome === outcome).map(({ index }) => index);
  const rejected = inOrder.filter(({ outcome }) => outcome === "rejected");
  const retry = indexesOf("retry");
  const unprocessed = indexesOf("unprocessed");
  const reason = (inOrder.find(({ outcome }) => outcome === "retry") ?? inOrder[0])?.reason ?? "no reason given";

  // Nothing came of this attempt: without using it up, the same could go on for ever.
  if (retry.length + unprocessed.length === subBatch.size) {
    return settleFailure(subBatch, { kind: "retry", reason, ...(afterMs !== undefined && { afterMs }) }, policy, scene);
  }
  const deadLetters = rejected.map((failure) => {
    return { index: failure.index, stage: "rejected" as const, reason: failure.reason };
  });
  const answered = { ...delivered, deadLetters };
  if (scene.stance !== "sending" && retry.length > 0)
    return { ...answered, requeue: sorted([...retry, ...unprocessed]) };
  const rest: SubBatchAgain[] = unprocessed.length > 0 ? [{ indexes: unprocessed, when: "now", isRetry: false }] : [];
  if (retry.length === 0) return { ...answered, again: rest };

  const again: SubBatchAgain = { indexes: retry, when: "now", isRetry: false };
  const taken = subBatch.size - failures.length;
  // It works, and took most: the few wait by themselves, and nothing waits for them.
  if (taken * 2 >= subBatch.size && afterMs === undefined && !policy.ordered) {
    return { ...answered, again: [...rest, { ...again, when: "aside" }] };
  }
  if (policy.ordered) {
    return {
      ...answered,
      again: [{ ...again, indexes: sorted([...retry, ...unprocessed]) }],
      next: { kind: "busy", afterMs },
    };
  }
  return { ...answered, again: [again, ...rest], next: { kind: "busy", afterMs } };
}

function settleFailure(
  subBatch: SentSubBatch,
  { reason, afterMs }: Extract<SendResult, { kind: "retry" }>,
  policy: SettlePolicy,
  scene: Scene,
): Settlement {
  const { size } = subBatch;
  const indexes = allOf(subBatch);
  const failed = (wait: boolean): Failed => ({ kind: "failed", reason, wait, afterMs, counts: true });
  if (scene.stance !== "sending") return { ...delivered, requeue: indexes, next: failed(false) };

  const isSpent = subBatch.retries >= policy.maxRetries;
  const wasJustWell = scene.hasDelivered && scene.failures === 0;
  const isOwnFault = scene.othersPass || wasJustWell;

  if (size === 1) {
    if (scene.othersPass && subBatch.strikes >= strikesAllowed(policy)) return spent(subBatch, reason);
    if (isSpent && policy.onExhausted === "dead-letter") return spent(subBatch, reason);
    if (isSpent && !scene.othersPass) return { ...delivered, requeue: indexes, next: { kind: "exhausted", reason } };
    const mayBeIts = scene.hasDelivered && scene.failures < FREE_FAILURES && afterMs === undefined;
    if (!policy.ordered && (isOwnFault || mayBeIts)) {
      const again: SubBatchAgain = { indexes, when: "aside", isRetry: true, doubt: "failed" };
      // An event of which it is known that it fails says nothing more about the destination.
      return {
        ...delivered,
        again: [again],
        next: { ...failed(afterMs !== undefined), counts: subBatch.retries === 0 },
      };
    }
    return { ...delivered, again: [{ indexes, when: "now", isRetry: true, doubt: "failed" }], next: failed(true) };
  }

  // What the SIEM asked to wait for says nothing about the events, before it has been waited for.
  if (scene.hasDelivered && (afterMs === undefined || isSpent)) {
    if (isOwnFault || policy.ordered || scene.failures < FREE_FAILURES) {
      // Most failures are over at once; halves of what fails only by chance would be posts for nothing.
      if (!subBatch.isSuspect && !isSpent) {
        const again: SubBatchAgain = { indexes, when: "now", isRetry: false, isSuspect: true };
        return { ...delivered, again: [again], next: failed(false) };
      }
      return { ...halves(subBatch, indexes), next: failed(afterMs !== undefined) };
    }
    if (scene.hasOthers && scene.failures < 2 * FREE_FAILURES) {
      const again: SubBatchAgain = { indexes, when: "later", isRetry: false, doubt: "yielded" };
      return { ...delivered, again: [again], next: failed(false) };
    }
  }
  if (!isSpent)
    return { ...delivered, again: [{ indexes, when: "now", isRetry: true, doubt: "failed" }], next: failed(true) };
  if (policy.onExhausted === "hold") return { ...delivered, requeue: indexes, next: { kind: "exhausted", reason } };
  return lastTries(indexes, failed(false));
}

/**
 * After so many failures in a row there is a wait before more is tried. With one bad event among many others that pass, so
 * many hardly ever come together.
 */
const FREE_FAILURES = 4;

/** How often a lone event may fail, and others pass, before it is given up. A queue that holds is more patient. */
export function strikesAllowed({ maxRetries, onExhausted }: SettlePolicy): number {
  return onExhausted === "hold" ? Math.max(1, maxRetries) + 1 : maxRetries;
}

function spent(subBatch: SentSubBatch, reason: string): Settlement {
  return { ...delivered, deadLetters: allOf(subBatch).map((index) => ({ index, stage: "send", reason })) };
}

/**
 * Retries are used up, and the events are to be dead-lettered. Some of them are sent alone first: if one passes, it was not
 * the destination that failed.
 */
function lastTries(indexes: readonly number[], next: Next): Settlement {
  const lone = new Set([0, indexes.length >> 1, indexes.length - 1]);
  const rest = indexes.filter((index) => !lone.has(index));
  return {
    ...delivered,
    again: [
      ...[...lone].map((index): SubBatchAgain => ({ indexes: [index], when: "now", isRetry: true })),
      ...(rest.length > 0 ? [{ indexes: rest, when: "later", isRetry: true, doubt: "exhausted" } as const] : []),
    ],
    next,
  };
}

/** The SIEM itself says that one of these is bad: it is found by halving. */
function settleBad(subBatch: SentSubBatch, reason: string): Settlement {
  const indexes = allOf(subBatch);
  if (subBatch.size > 1) return halves(subBatch, indexes);
  return { ...delivered, deadLetters: [{ index: 0, stage: "rejected", reason }] };
}

/** A status says so, which may be that of a stranger on the way: it is final for an event only where others pass. */
function settleRefusal(
  subBatch: SentSubBatch,
  { stage, reason }: Pick<DeadLetterMark, "stage" | "reason">,
  { ordered }: SettlePolicy,
  scene: Scene,
): Settlement {
  const indexes = allOf(subBatch);
  const next: Next = { kind: "refused", reason };
  if (scene.stance === "probing") return { ...delivered, requeue: indexes, next };
  const isFinal =
    scene.othersPassSinceRefusal || (stage === "limit" && subBatch.batchSize === 1 && !subBatch.isUsualSize);
  if (subBatch.size === 1 && isFinal) return { ...delivered, deadLetters: [{ index: 0, stage, reason }] };
  if (scene.stance === "ending" && subBatch.size === 1) return { ...delivered, requeue: indexes, next };
  const isHopeless = !scene.othersPassSinceRefusal && scene.refusals >= refusalsAllowed(subBatch.batchSize);
  if (isHopeless || (subBatch.size === 1 && !scene.hasOthers)) {
    return { ...delivered, requeue: indexes, next: { kind: "suspend", reason, fix: STRANGER } };
  }
  if (subBatch.size > 1) return { ...halves(subBatch, indexes), next };
  const when = ordered ? "now" : "later";
  return { ...delivered, again: [{ indexes, when, isRetry: false, doubt: "refused" }], next };
}

/** To find one bad event takes so many posts at most, and half of them pass. */
export function refusalsAllowed(batchSize: number): number {
  return 2 * Math.ceil(Math.log2(batchSize)) + 1;
}

function halves({ size }: SentSubBatch, indexes: readonly number[]): Settlement {
  const middle = size >> 1;
  return {
    ...delivered,
    again: [
      { indexes: indexes.slice(0, middle), when: "now", isRetry: false },
      { indexes: indexes.slice(middle), when: "now", isRetry: false },
    ],
  };
}

function allOf({ size }: SentSubBatch): readonly number[] {
  return Array.from({ length: size }, (_, index) => index);
}

function sorted(indexes: readonly number[]): readonly number[] {
  return indexes.toSorted((a, b) => a - b);
}
