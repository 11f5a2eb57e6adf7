import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { ByteEvent } from "../../event/byte-event.ts";
import type { ScanFacts, ScannedTexts } from "../../event/scan/event-scanner.ts";
import { FACTS_NUMBERS, FACTS_WORDS, NUMBER_AT, SCAN_FLAGS, WORD_AT } from "../../event/scan/scan-format.ts";
import { keepNotes, NOTES_WORDS } from "../../event/scan/scanned-event.ts";

/** Creates the records of events that the scanner vouches for, in order. */
export interface ScannedRuns {
  /** Adds the next event. Returns false for one that the scanner does not vouch for. */
  add(index: number): boolean;
  /** Creates the records of all events added. */
  flush(): void;
}

export interface ScannedRunsOptions {
  readonly texts: ScannedTexts;
  readonly facts: ScanFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The parser judges larger events, whose characters count. */
  readonly maxEventBytes: number;
  readonly into: AcceptedEvent[];
}

/**
 * Adjacent events of one organisation share a memory, for one large copy costs less than many small ones. A waiting
 * event keeps at most this much of its neighbours, which have the same destinations and so mostly leave with it.
 */
const RUN_BYTES = 32 * 1024;
/** Smaller runs come from Node's pool of 8 KiB. */
const SMALL_BYTES = 4096;

export function createScannedRuns(options: ScannedRunsOptions): ScannedRuns {
  const { facts, now, maxEventBytes, into } = options;
  const { bytes, ranges } = options.texts;
  const { numbers, words, numberAt, wordAt } = facts;
  /** First event of the open run, and the one after its last; equal while none is open. */
  let first = 0;
  let next = 0;

  function startOf(index: number): number {
    return ranges[index * 2] ?? 0;
  }

  function endOf(index: number): number {
    return ranges[index * 2 + 1] ?? 0;
  }

  function word(index: number, at: number): number {
    return words[wordAt + index * FACTS_WORDS + at] ?? 0;
  }

  function isSameOrg(one: number, other: number): boolean {
    const length = word(one, WORD_AT.orgEnd) - word(one, WORD_AT.orgStart);
    if (word(other, WORD_AT.orgEnd) - word(other, WORD_AT.orgStart) !== length) return false;
    const a = startOf(one) + word(one, WORD_AT.orgStart);
    const b = startOf(other) + word(other, WORD_AT.orgStart);
    // The ends of ids differ most.
    for (let at = length - 1; at >= 0; at--) if (bytes[a + at] !== bytes[b + at]) return false;
    return true;
  }

  function flush(): void {
    if (next === first) return;
    const from = startOf(first);
    const size = endOf(next - 1) - from;
    const memory = size < SMALL_BYTES ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size);
    memory.set(bytes.subarray(from, from + size));
    const notes = new Int32Array((next - first) * NOTES_WORDS);
    const org = startOf(first);
    const orgStart = word(first, WORD_AT.orgStart);
    const orgEnd = word(first, WORD_AT.orgEnd);
    const orgId = orgEnd === orgStart ? null : bytes.toString("utf8", org + orgStart, org + orgEnd);
    for (let index = first; index < next; index++) {
      const number = numberAt + index * FACTS_NUMBERS;
      const start = startOf(index);
      const end = endOf(index);
      const notesAt = (index - first) * NOTES_WORDS;
      keepNotes(words, wordAt + index * FACTS_WORDS, notes, notesAt);
      into.push(
        new ByteEvent({
          id: bytes.toString("utf8", start + word(index, WORD_AT.uidStart), start + word(index, WORD_AT.uidEnd)),
          orgId,
          classUid: numbers[number + NUMBER_AT.classUid] ?? 0,
          severityId: numbers[number + NUMBER_AT.severityId] ?? 0,
          time: numbers[number + NUMBER_AT.time] ?? 0,
          acceptedAt: now,
          bytes: end - start,
          memory,
          start: start - from,
          end: end - from,
          notes,
          notesAt,
        }),
      );
    }
    first = next;
  }

  return {
    add(index) {
      if ((word(index, WORD_AT.flags) & SCAN_FLAGS.vouched) === 0) return false;
      if (endOf(index) - startOf(index) > maxEventBytes) return false;
      const isOpen = next === index && first < next;
      if (!isOpen || endOf(index) - startOf(first) > RUN_BYTES || !isSameOrg(first, index)) {
        flush();
        first = index;
      }
      next = index + 1;
      return true;
    },
    flush,
  };
}
