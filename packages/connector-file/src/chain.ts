import { createHash } from "node:crypto";

/** Content of a file's chain. `FORMAT.md` draws it. */
export interface Chain {
  /** Hash before the first batch: the last one of the previous file. */
  readonly previous: string;
  /** Hash, end in bytes and number of events of everything sealed. */
  readonly sealed: Seal;
  readonly isClosed: boolean;
  /** Bytes of the chain's complete lines; the rest is torn. */
  readonly bytes: number;
}

export interface Seal {
  readonly end: number;
  readonly events: number;
  readonly hash: string;
}

/** Hash before the first file of a trail. */
export const GENESIS = "0".repeat(64);

/** Returns the hash of a batch. It covers the previous hash, so that a change invalidates everything after it. */
export function hashOf(previous: string, body: Uint8Array): string {
  return createHash("sha256").update(`${previous}\n`).update(body).digest("hex");
}

export function chainHead(stem: string, previous: string): string {
  return `arbitex-chain 1\nfile ${stem}.ndjson\nprevious ${previous}\n`;
}

/** Writes a line of the chain. `end` and `events` count the file so far. */
export function sealLine(kind: "batch" | "closed", { end, events, hash }: Seal): string {
  return `${kind} ${end} ${events} ${hash}\n`;
}

const HEAD = /^arbitex-chain 1\nfile \S+\nprevious ([0-9a-f]{64})\n/;
const SEAL = /^(batch|closed) (\d{1,15}) (\d{1,15}) ([0-9a-f]{64})$/;

/**
 * Parses a chain up to its first torn line; undefined without a complete head, before which nothing is written to the
 * file.
 */
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
