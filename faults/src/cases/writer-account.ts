import { numbersOf } from "./ranges.ts";

/** What the writers of one queue folder said, held against what the next one of them finds. */
export interface WriterAccount {
  readonly counts: Readonly<Record<Count, number>>;
  /** Far from all numbers before: a killed process may have appended events that it did not come to speak of. */
  freshId(): number;
  /** All that one writer said, after its end. */
  read(lines: readonly string[]): void;
}

type Count = "accepted" | "lost" | "repeated" | "repeatedAfterStop" | "disordered";

interface Books {
  /** Accepted and not delivered. */
  readonly open: Set<number>;
  /** Delivered at some time. */
  readonly delivered: Set<number>;
}

export function createWriterAccount(say: (line: string) => void): WriterAccount {
  const all = new Map<string, Books>();
  const counts = { accepted: 0, lost: 0, repeated: 0, repeatedAfterStop: 0, disordered: 0 };
  let nextId = 1;
  let isAfterStop = true;

  function booksOf(destinationId: string): Books {
    const books = all.get(destinationId) ?? { open: new Set(), delivered: new Set() };
    all.set(destinationId, books);
    return books;
  }

  function readAccepted(numbers: readonly number[]): void {
    for (const number of numbers) {
      counts.accepted++;
      for (const { open, delivered } of all.values()) if (!delivered.has(number)) open.add(number);
    }
  }

  function readDelivered(destinationId: string, numbers: readonly number[]): void {
    const { open, delivered } = booksOf(destinationId);
    for (const number of numbers) {
      open.delete(number);
      delivered.add(number);
    }
  }

  function compare(destinationId: string, found: readonly number[]): void {
    const { open, delivered } = booksOf(destinationId);
    const there = new Set(found);
    for (const number of open) {
      if (there.has(number)) continue;
      counts.lost++;
      say(`lost: ${number} of ${destinationId}`);
      open.delete(number);
    }
    for (const number of found) {
      if (open.has(number)) continue;
      // Not accepted as far as anybody knew, or delivered before its settlement was written down.
      if (delivered.has(number)) counts[isAfterStop ? "repeatedAfterStop" : "repeated"]++;
      open.add(number);
      delivered.delete(number);
    }
    if (isDisordered(found)) counts.disordered++;
  }

  return {
    counts,
    freshId() {
      nextId += 1000;
      return nextId;
    },
    read(lines) {
      for (const line of lines) {
        const [kind, first = "", second = ""] = line.split(" ");
        const numbers = numbersOf(kind === "a" ? first : second);
        for (const number of numbers) nextId = Math.max(nextId, number + 1);
        if (kind === "q") compare(first, numbers);
        if (kind === "a") readAccepted(numbers);
        if (kind === "d") readDelivered(first, numbers);
      }
      isAfterStop = lines.at(-1) === "closed";
    },
  };
}

/** Three publishers at a time: an event may be a little ahead of one that was begun before. */
function isDisordered(found: readonly number[]): boolean {
  return found.some((number, index) => number <= (found[index - 1] ?? 0) - 200);
}
