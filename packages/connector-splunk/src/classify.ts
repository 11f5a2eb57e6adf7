import type { EventFailure, HttpReply, SendResult } from "@arbitex/core";
import { classifyStatus, classifyStranger, isWebPage, reasonOf, retryAfterOf } from "@arbitex/core";
import { INVALID_FORMAT, meaningOf } from "./codes.ts";
import type { Preset, PresetSettings } from "./presets.ts";
import { presets } from "./presets.ts";
import type { HecReply } from "./reply.ts";
import { hecReplyOf, isCut, saysError } from "./reply.ts";

/** Facts of a batch that decide its verdict. */
export interface SentEvents {
  readonly records: readonly { readonly json: string }[];
}

/** A verdict with the other facts of the reply. */
export interface HecVerdict {
  readonly result: SendResult;
  /** Number of events, from the first on, that Splunk took. */
  readonly taken: number;
  /** Id under which Splunk will confirm indexing; only with indexer acknowledgement. */
  readonly ackId?: number;
  /** Splunk took the events but is almost at capacity. */
  readonly nearCapacity?: true;
}

/**
 * Splunk Cloud refuses an over-large body as if its first event were malformed. No Splunk is known to have a limit
 * below 1,000,000 bytes; from half of that on, size is the likelier cause, since our JSON is well-formed.
 */
const LARGE_BODY_BYTES = 500_000;

/** How far a product answers as HEC does. */
export type HecManners = Pick<PresetSettings, "success"> & Pick<Preset, "isSplunk" | "fix">;

const SPLUNK: HecManners = { ...presets.splunk, success: "hec" };

/** Returns the verdict on a batch. */
export function classifyReply(reply: HttpReply, batch: SentEvents, now: number, manners = SPLUNK): HecVerdict {
  const hec = hecReplyOf(reply);
  if (reply.status === 413) return nothing({ kind: "too-large", reason: hec?.reason ?? reasonOf(reply) });
  const meaning = hec && meaningOf(hec.code);
  const isPlain = manners.success === "status" && isPlainSuccess(reply);
  if (meaning === undefined && isPlain) return all(batch);
  if (hec === undefined) return nothing(classifyForeign(reply, now, manners));
  if (meaning === undefined) return nothing(classifyUnknown(reply, hec, now));

  switch (meaning.kind) {
    case "taken":
      // A contradictory reply is not success.
      if (reply.status !== 200 && !isPlain) return nothing(unintelligible(reply, hec.reason, now));
      return {
        result: { kind: "accepted" },
        taken: batch.records.length,
        ...(hec.ackId !== undefined && { ackId: hec.ackId }),
        ...(meaning.nearCapacity && { nearCapacity: true }),
      };
    case "busy":
      return manners.isSplunk ? classifyBusy(reply, hec, batch, now) : nothing(busyRelative(reply, hec, now));
    case "bad-event":
      // Earlier events may be stored or not. Halving finds the bad one and may repeat events, but loses none.
      if (!manners.isSplunk) return nothing({ kind: "rejected", reason: hec.reason, confirmed: false });
      return classifyBadEvent(hec, batch);
    case "bad-request":
      return nothing({ kind: "rejected", reason: hec.reason, confirmed: manners.isSplunk });
    case "misconfigured":
      return nothing({ kind: "suspend", reason: hec.reason, fix: manners.isSplunk ? meaning.fix : manners.fix });
    default:
      return meaning satisfies never;
  }
}

/**
 * Returns whether it is success without HEC's format: `{}`, empty, or a word. A web page, a truncated answer or an
 * error is not.
 */
function isPlainSuccess(reply: HttpReply): boolean {
  return reply.status >= 200 && reply.status < 300 && !isWebPage(reply) && !isCut(reply) && !saysError(reply);
}

function all({ records }: SentEvents): HecVerdict {
  return { result: { kind: "accepted" }, taken: records.length };
}

function nothing(result: SendResult): HecVerdict {
  return { result, taken: 0 };
}

function classifyBusy(reply: HttpReply, hec: HecReply, { records }: SentEvents, now: number): HecVerdict {
  const { eventNumber, reason } = hec;
  const retry = { kind: "retry", reason, ...waitOf(reply, now) } as const;
  if (eventNumber === undefined || eventNumber === 0) return nothing(retry);
  // It took some events, but the number is impossible.
  if (eventNumber >= records.length) return nothing({ ...retry, ambiguous: true });
  // Splunk was too busy for all the rest: they wait together.
  const failures = Array.from(
    { length: records.length - eventNumber },
    (_, offset): EventFailure => ({ index: eventNumber + offset, outcome: "retry", reason }),
  );
  return upTo(eventNumber, failures, hec);
}

function classifyBadEvent(hec: HecReply, batch: SentEvents): HecVerdict {
  const { code, eventNumber, reason } = hec;
  const count = batch.records.length;
  // Halving must find the event.
  if (eventNumber === undefined || eventNumber >= count) return nothing({ kind: "rejected", reason, confirmed: true });
  if (code === INVALID_FORMAT && eventNumber === 0 && count > 1 && eventBytesOf(batch) >= LARGE_BODY_BYTES) {
    return nothing({ kind: "too-large", reason: `${reason}, as Splunk Cloud also says of a body that is too large` });
  }
  const behind = `Splunk stopped at event ${eventNumber} of the batch: ${reason}`;
  const failures = Array.from({ length: count - eventNumber - 1 }, (_, offset): EventFailure => {
    return { index: eventNumber + 1 + offset, outcome: "unprocessed", reason: behind };
  });
  return upTo(eventNumber, [{ index: eventNumber, outcome: "rejected", reason }, ...failures], hec);
}

function upTo(taken: number, failures: readonly EventFailure[], { ackId }: HecReply): HecVerdict {
  return { result: { kind: "partial", failures }, taken, ...(ackId !== undefined && { ackId }) };
}

/** Returns the bytes of the events before compression, which the body does not tell. */
function eventBytesOf({ records }: SentEvents): number {
  return records.reduce((bytes, { json }) => bytes + Buffer.byteLength(json), 0);
}

/** Classifies a busy answer of a product whose event number proves nothing. */
function busyRelative(reply: HttpReply, { eventNumber = 0, reason }: HecReply, now: number): SendResult {
  return { kind: "retry", reason, ...(eventNumber > 0 && { ambiguous: true }), ...waitOf(reply, now) };
}

/** Classifies an unknown code: neither success nor certainly an event's fault. */
function classifyUnknown(reply: HttpReply, { reason }: HecReply, now: number): SendResult {
  const result = classifyStatus(reply, now);
  if (result.kind === "accepted" || result.kind === "partial") return unintelligible(reply, reason, now);
  return { ...result, reason };
}

/** Classifies a reply that is not HEC's: it neither accepts nor rejects events. */
function classifyForeign(reply: HttpReply, now: number, { fix }: HecManners): SendResult {
  const { status } = reply;
  const reason = reasonOf(reply);
  if (status === 415) {
    return { kind: "suspend", reason, fix: "Set compression to none: something before Splunk does not take gzip." };
  }
  const isSuccess = status >= 200 && status < 300;
  // Events before the bad one may be stored.
  if (isCut(reply) && (isSuccess || status === 400)) return unintelligible(reply, reason, now);
  if (isSuccess) {
    // A 2xx page is often a proxy's during maintenance; an error page stays until a person acts.
    if (isWebPage(reply)) return { kind: "retry", reason: `${reason} ${fix}`, ...waitOf(reply, now) };
    return unintelligible(reply, reason, now);
  }
  return classifyStranger(reply, now, fix);
}

function unintelligible(reply: HttpReply, reason: string, now: number): SendResult {
  return { kind: "retry", reason: `unintelligible reply: ${reason}`, ambiguous: true, ...waitOf(reply, now) };
}

function waitOf(reply: HttpReply, now: number): { readonly afterMs?: number } {
  const afterMs = retryAfterOf(reply, now);
  return afterMs === undefined ? {} : { afterMs };
}
