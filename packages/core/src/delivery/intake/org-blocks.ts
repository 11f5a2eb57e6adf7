import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { ByteEvent } from "../../event/byte-event.ts";
import type { ScanFacts, ScannedTexts } from "../../event/scan/event-scanner.ts";
import { FACTS_NUMBERS, FACTS_WORDS, NUMBER_AT, SCAN_FLAGS, WORD_AT } from "../../event/scan/scan-format.ts";
import { keepNotes, notesWords } from "../../event/scan/scanned-event.ts";

/** Creates the records of events that the scanner vouches for. */
export interface OrgBlocks {
  /** Adds an event. Returns false for one that the scanner does not vouch for. */
  add(index: number): boolean;
  /** Creates the records of all events added, each at its index. */
  finish(): void;
}

export interface OrgBlocksOptions {
  readonly texts: ScannedTexts;
  readonly facts: ScanFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The parser judges larger events, whose characters count. */
  readonly maxEventBytes: number;
  /** Records by index. */
  readonly into: (AcceptedEvent | undefined)[];
}

/** Events of one organisation that will share a memory. */
interface OpenBlock {
  readonly orgId: string | null;
  indexes: number[];
  bytes: number;
}

/**
 * Events of one organisation share a memory, for memories of their own would cost more than the events. A waiting event
 * keeps at most this much, of events that have the same destinations and so mostly leave with it.
 */
const BLOCK_BYTES = 32 * 1024;

export function createOrgBlocks({ texts, facts, now, maxEventBytes, into }: OrgBlocksOptions): OrgBlocks {
  const { bytes, ranges } = texts;
  const { numbers, words, numberAt, wordAt } = facts;
  const noted = notesWords(facts);
  const blocks = new Map<string | null, OpenBlock>();
  let last: OpenBlock | undefined;

  function startOf(index: number): number {
    return ranges[index * 2] ?? 0;
  }

  function endOf(index: number): number {
    return ranges[index * 2 + 1] ?? 0;
  }

  function word(index: number, at: number): number {
    return words[wordAt + index * FACTS_WORDS + at] ?? 0;
  }

  function textAt(index: number, start: number, end: number): string {
    return bytes.toString("utf8", startOf(index) + start, startOf(index) + end);
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

  function blockOf(index: number): OpenBlock {
    const first = last?.indexes[0];
    if (last !== undefined && first !== undefined && isSameOrg(first, index)) return last;
    const start = word(index, WORD_AT.orgStart);
    const end = word(index, WORD_AT.orgEnd);
    const orgId = start === end ? null : textAt(index, start, end);
    let block = blocks.get(orgId);
    if (block === undefined) {
      block = { orgId, indexes: [], bytes: 0 };
      blocks.set(orgId, block);
    }
    return block;
  }

  /** Copies the texts of a block together and creates its records. */
  function close(block: OpenBlock): void {
    const { orgId, indexes } = block;
    const memory = Buffer.allocUnsafeSlow(block.bytes);
    const notes = new Int32Array(indexes.length * noted);
    let filled = 0;
    for (let at = 0; at < indexes.length; at++) {
      const index = indexes[at] ?? 0;
      const length = endOf(index) - startOf(index);
      bytes.copy(memory, filled, startOf(index), endOf(index));
      keepNotes(facts, index, notes, at * noted);
      const number = numberAt + index * FACTS_NUMBERS;
      into[index] = new ByteEvent({
        id: textAt(index, word(index, WORD_AT.uidStart), word(index, WORD_AT.uidEnd)),
        orgId,
        classUid: compact(numbers[number + NUMBER_AT.classUid]),
        severityId: compact(numbers[number + NUMBER_AT.severityId]),
        time: numbers[number + NUMBER_AT.time] ?? 0,
        acceptedAt: now,
        bytes: length,
        text: memory.subarray(filled, filled + length),
        notes,
        notesAt: at * noted,
      });
      filled += length;
    }
    block.indexes = [];
    block.bytes = 0;
  }

  return {
    add(index) {
      const length = endOf(index) - startOf(index);
      if ((word(index, WORD_AT.flags) & SCAN_FLAGS.vouched) === 0 || length > maxEventBytes) return false;
      last = blockOf(index);
      if (last.bytes > 0 && last.bytes + length > BLOCK_BYTES) close(last);
      last.indexes.push(index);
      last.bytes += length;
      return true;
    },
    finish() {
      for (const block of blocks.values()) if (block.bytes > 0) close(block);
    },
  };
}

/** Returns a small integer as one, which takes no memory of its own. */
function compact(value = 0): number {
  const small = value | 0;
  return small === value ? small : value;
}
