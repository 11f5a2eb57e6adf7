import type { EventFailure, HttpReply, SendResult } from "@arbitex/core";
import { classifyStatus, classifyStranger, isWebPage, reasonOf, retryAfterOf } from "@arbitex/core";
import { INVALID_FORMAT, meaningOf } from "./codes.ts";
import type { Preset, PresetSettings } from "./presets.ts";
import { presets } from "./presets.ts";
import type { HecReply } from "./reply.ts";
import { hecReplyOf, isCut, saysError } from "./reply.ts";

/** What of a batch its verdict depends on. */
export interface SentEvents {
  readonly records: readonly { readonly json: string }[];
}

/** A verdict, and what else the reply tells. */
export interface HecVerdict {
  readonly result: SendResult;
  /** How many events, from the first on, Splunk says it took. */
  readonly taken: number;
  /** Under which Splunk will confirm that it indexed them; only on a token with indexer acknowledgement. */
  readonly ackId?: number;
  /** Splunk took the events but will soon take no more. */
  readonly nearCapacity?: true;
}

/**
 * Splunk Cloud refuses a body that it finds too large as if its first event were malformed. No Splunk is known to have a
 * limit of under 1,000,000 bytes; from half of that on, size is the likelier cause, for what we send is well-formed.
 */
const LARGE_BODY_BYTES = 500_000;

/** How far the answers of a product are HEC's. */
export type HecManners = Pick<PresetSettings, "success"> & Pick<Preset, "isSplunk" | "fix">;

const SPLUNK: HecManners = { ...presets.splunk, success: "hec" };

/** What a reply to a batch means. */
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
      // A reply that contradicts itself is no success.
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
      // What stands before it may be in, or not: halves find it, and what repeats is repeated, not lost.
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

/** Success without HEC's words: `{}`, nothing at all, or a word. A page for people, an answer cut short or an error never is. */
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
  // It took some of the events, but not in a number that can be.
  if (eventNumber >= records.length) return nothing({ ...retry, ambiguous: true });
  // Splunk was too busy for all of the rest, not for one event: they wait together.
  const failures = Array.from(
    { length: records.length - eventNumber },
    (_, offset): EventFailure => ({ index: eventNumber + offset, outcome: "retry", reason }),
  );
  return upTo(eventNumber, failures, hec);
}

function classifyBadEvent(hec: HecReply, batch: SentEvents): HecVerdict {
  const { code, eventNumber, reason } = hec;
  const count = batch.records.length;
  // Which one it was must be found by halving.
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

/** Bytes of the events before compression, which the body does not tell. */
function eventBytesOf({ records }: SentEvents): number {
  return records.reduce((bytes, { json }) => bytes + Buffer.byteLength(json), 0);
}

/** Of a product whose number of an event proves nothing. */
function busyRelative(reply: HttpReply, { eventNumber = 0, reason }: HecReply, now: number): SendResult {
  return { kind: "retry", reason, ...(eventNumber > 0 && { ambiguous: true }), ...waitOf(reply, now) };
}

/** A code that no table knows: never success, nor surely the fault of an event. */
function classifyUnknown(reply: HttpReply, { reason }: HecReply, now: number): SendResult {
  const result = classifyStatus(reply, now);
  if (result.kind === "accepted" || result.kind === "partial") return unintelligible(reply, reason, now);
  return { ...result, reason };
}

/** A reply that is not HEC's: never success, and the end of no event. */
function classifyForeign(reply: HttpReply, now: number, { fix }: HecManners): SendResult {
  const { status } = reply;
  const reason = reasonOf(reply);
  if (status === 415) {
    return { kind: "suspend", reason, fix: "Set compression to none: something before Splunk does not take gzip." };
  }
  const isSuccess = status >= 200 && status < 300;
  // Events before a bad one may be in.
  if (isCut(reply) && (isSuccess || status === 400)) return unintelligible(reply, reason, now);
  if (isSuccess) {
    // A page of success is often a proxy's for an hour of maintenance; one of refusal stands until a person acts.
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
