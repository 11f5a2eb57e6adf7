// The table of settlements: what a verdict means for a sub-batch's events and for the destination. Pure.
import type { Stage } from "../dead-letters/stage.ts";
import type { EventFailure, SendResult } from "../../connector/send-result.ts";
import type { Doubt } from "./sub-batch.ts";

/** Facts about the sent sub-batch. */
export interface SentSubBatch {
  readonly size: number;
  /** Number of failed attempts before this one. */
  readonly retries: number;
  /** Strikes of a lone event: failures each followed by a delivery of other events. */
  readonly strikes: number;
  /** Whether it, or a larger sub-batch with it, failed before while others passed. */
  readonly isSuspect: boolean;
  /** Number of events of its batch. */
  readonly batchSize: number;
  /** Whether the SIEM has accepted a body of several events, or one as large, before. */
  readonly isUsualSize: boolean;
}

export interface SettlePolicy {
  readonly maxRetries: number;
  readonly onExhausted: "dead-letter" | "hold";
  readonly ordered: boolean;
}

/** State of the destination. */
export interface Scene {
  /**
   * `sending`: as usual. `probing`: it is held or suspended, and one event probes. `ending`: every event has one last
   * attempt. In the last two, failed events go back to the queue.
   */
  readonly stance: "sending" | "probing" | "ending";
  /** Whether anything was delivered since these events failed, or while they were under way. */
  readonly othersPass: boolean;
  /** Whether anything was delivered since these events were first refused. */
  readonly othersPassSinceRefusal: boolean;
  /** Whether anything was delivered since the destination was opened. */
  readonly hasDelivered: boolean;
  /** Consecutive attempts before this one that delivered nothing, failed and refused. */
  readonly failures: number;
  readonly refusals: number;
  /** Whether anything else can be sent before this sub-batch is resent. */
  readonly hasOthers: boolean;
}

/** Settlement of a sub-batch after one attempt. Every index is in at most one list; the others are delivered. */
export interface Settlement {
  readonly deadLetters: readonly DeadLetterMark[];
  /** Sub-batches to resend, in order. */
  readonly again: readonly SubBatchAgain[];
  /** Indexes that go back to the head of the queue. */
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
  /** `now`: at once. `later`: after everything else. `aside`: after a separate wait, while others proceed. */
  readonly when: "now" | "later" | "aside";
  readonly isRetry: boolean;
  /** Whether these events, not the destination, may be the cause. */
  readonly isSuspect?: boolean;
  /** The doubt that other deliveries decide. */
  readonly doubt?: Doubt["kind"] | undefined;
}

/** What an attempt tells about the destination. */
export type Next =
  /** It answered, whatever the verdict. */
  | { readonly kind: "go on" }
  /** Nothing was taken: it is down, or these events fail. */
  | Failed
  /** Some events were taken, and it asked to wait. */
  | { readonly kind: "busy"; readonly afterMs?: number | undefined }
  /** A status alone refused everything. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Retries are used up and nothing passes. */
  | { readonly kind: "exhausted"; readonly reason: string }
  | { readonly kind: "suspend"; readonly reason: string; readonly fix?: string | undefined };

interface Failed {
  readonly kind: "failed";
  readonly reason: string;
  /** Whether sending pauses. */
  readonly wait: boolean;
  readonly afterMs?: number | undefined;
  /** False for an event known to fail while others pass. */
  readonly counts: boolean;
}

/** Fix where a status alone refuses everything. */
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

  // Without using up a retry, this could repeat for ever.
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
  // It works and took most: the few wait separately and delay nothing.
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
      // An event known to fail tells nothing more about the destination.
      return {
        ...delivered,
        again: [again],
        next: { ...failed(afterMs !== undefined), counts: subBatch.retries === 0 },
      };
    }
    return { ...delivered, again: [{ indexes, when: "now", isRetry: true, doubt: "failed" }], next: failed(true) };
  }

  // A requested wait tells nothing about the events until it has been waited for.
  if (scene.hasDelivered && (afterMs === undefined || isSpent)) {
    if (isOwnFault || policy.ordered || scene.failures < FREE_FAILURES) {
      // Most failures are brief; halving would only cost requests.
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

/** Consecutive failures before a wait. One bad event among many that pass hardly ever causes so many. */
const FREE_FAILURES = 4;

/** Returns how often a lone event may fail while others pass. A holding queue is more patient. */
export function strikesAllowed({ maxRetries, onExhausted }: SettlePolicy): number {
  return onExhausted === "hold" ? Math.max(1, maxRetries) + 1 : maxRetries;
}

function spent(subBatch: SentSubBatch, reason: string): Settlement {
  return { ...delivered, deadLetters: allOf(subBatch).map((index) => ({ index, stage: "send", reason })) };
}

/** Sends some of the events alone before they are dead-lettered: if one passes, the destination was not the cause. */
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

/** Settles a refusal by the SIEM itself: halving finds the bad event. */
function settleBad(subBatch: SentSubBatch, reason: string): Settlement {
  const indexes = allOf(subBatch);
  if (subBatch.size > 1) return halves(subBatch, indexes);
  return { ...delivered, deadLetters: [{ index: 0, stage: "rejected", reason }] };
}

/** Settles a refusal by status alone, which a proxy may have sent: it is final for an event only while others pass. */
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

/** Returns the most requests that finding one bad event takes; half of them pass. */
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
