import { createHash } from "node:crypto";

/** Fingerprints under one inner hash. */
export const GROUP_SIZE = 1000;
/** Characters of a fingerprint in hexadecimal. */
export const HEX_DIGITS = 64;

/** State of a hash tree, for a snapshot. */
export interface HashTreeState {
  /** Hashes of the full groups, joined. */
  readonly groups: string;
  /** Fingerprints of the group not yet full, joined. */
  readonly leaves: string;
}

/**
 * A tree of two levels over fingerprints in order, all in hexadecimal: each 1,000 are hashed as a group, and the groups as
 * the root. An event costs 32 hashed bytes, and a million of them 64 KB of memory.
 */
export class HashTree {
  #groups: string[] = [];
  #leaves: string[] = [];

  constructor(state?: HashTreeState) {
    if (state === undefined) return;
    this.#groups = splitHashes(state.groups);
    this.#leaves = splitHashes(state.leaves);
  }

  /** Number of fingerprints. */
  get size(): number {
    return this.#groups.length * GROUP_SIZE + this.#leaves.length;
  }

  add(fingerprint: string): void {
    this.#leaves.push(fingerprint);
    if (this.#leaves.length < GROUP_SIZE) return;
    this.#groups.push(hashOf(LEAVES, this.#leaves));
    this.#leaves = [];
  }

  /** Returns the root so far. That of no fingerprints is defined as well. */
  root(): string {
    const last = this.#leaves.length === 0 ? [] : [hashOf(LEAVES, this.#leaves)];
    return hashOf(GROUPS, [...this.#groups, ...last]);
  }

  state(): HashTreeState {
    return { groups: this.#groups.join(""), leaves: this.#leaves.join("") };
  }
}

/** Splits joined hashes. */
export function splitHashes(joined: string): string[] {
  return Array.from({ length: Math.floor(joined.length / HEX_DIGITS) }, (_, index) =>
    joined.slice(index * HEX_DIGITS, (index + 1) * HEX_DIGITS),
  );
}

// The first byte tells the levels apart, so that a group cannot be taken for a fingerprint.
const LEAVES = Buffer.of(0);
const GROUPS = Buffer.of(1);

function hashOf(level: Buffer, hashes: readonly string[]): string {
  return createHash("sha256").update(level).update(hashes.join(""), "hex").digest("hex");
}
