import { createHash } from "node:crypto";

/** What a file's chain says of its events. `FORMAT.md` draws it. */
export interface Chain {
  /** Hash that the first batch goes on from: the last one of the file before. */
  readonly previous: string;
  /** Hash, end in bytes and number of events of all that is sealed. */
  readonly sealed: Seal;
  readonly isClosed: boolean;
  /** Bytes of the chain's whole lines; what is behind them was torn off. */
  readonly bytes: number;
}

export interface Seal {
  readonly end: number;
  readonly events: number;
  readonly hash: string;
}

/** What the first file of a trail goes on from. */
export const GENESIS = "0".repeat(64);

/** The hash of a batch holds that of the one before, so that nothing can be changed without all that follows. */
export function hashOf(previous: string, body: Uint8Array): string {
  return createHash("sha256").update(`${previous}\n`).update(body).digest("hex");
}

export function chainHead(stem: string, previous: string): string {
  return `arbitex-chain 1\nfile ${stem}.ndjson\nprevious ${previous}\n`;
}

/** `end` and `events` are those of the file so far. */
export function sealLine(kind: "batch" | "closed", { end, events, hash }: Seal): string {
  return `${kind} ${end} ${events} ${hash}\n`;
}

const HEAD = /^arbitex-chain 1\nfile \S+\nprevious ([0-9a-f]{64})\n/;
const SEAL = /^(batch|closed) (\d{1,15}) (\d{1,15}) ([0-9a-f]{64})$/;

/** Undefined where not even the head is whole, before which nothing is written to the file. Stops at the first torn line. */
export function parseChain(text: string): Chain | undefined {
  const [head, previous] = HEAD.exec(text) ?? [];
  if (head === undefined || previous === undefined) return undefined;
  let sealed: Seal = { end: 0, events: 0, hash: previous };
  let isClosed = false;
  let bytes = head.length;
  for (const line of text.slice(head.length).split("\n").slice(0, -1)) {
    const [, kind, end, events, hash] = SEAL.exec(line) ?? [];
    if (hash === undefined || isClosed) break;
    sealed = { end: Number(end), events: Number(events), hash };
    isClosed = kind === "closed";
    bytes += line.length + 1;
  }
  return { previous, sealed, isClosed, bytes };
}
