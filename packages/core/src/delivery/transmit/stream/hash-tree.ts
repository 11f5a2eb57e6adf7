import { createHash } from "node:crypto";

/** Fingerprints under one inner hash. */
export const GROUP_SIZE = 1000;
export const HASH_BYTES = 32;

/** State of a hash tree, for a snapshot. */
export interface HashTreeState {
  /** Hashes of the full groups, joined. */
  readonly groups: Buffer;
  /** Fingerprints of the group not yet full, joined. */
  readonly leaves: Buffer;
}

/**
 * A tree of two levels over fingerprints in order: each 1,000 are hashed as a group, and the groups as the root. An event
 * costs 32 hashed bytes, and a million of them 64 KB of memory.
 */
export class HashTree {
  #groups: Buffer[] = [];
  #leaves: Buffer[] = [];

  constructor(state?: HashTreeState) {
    if (state === undefined) return;
    this.#groups = split(state.groups);
    this.#leaves = split(state.leaves);
  }

  /** Number of fingerprints. */
  get size(): number {
    return this.#groups.length * GROUP_SIZE + this.#leaves.length;
  }

  add(fingerprint: Buffer): void {
    this.#leaves.push(fingerprint);
    if (this.#leaves.length < GROUP_SIZE) return;
    this.#groups.push(hashOf(LEAVES, this.#leaves));
    this.#leaves = [];
  }

  /** Returns the root so far. That of no fingerprints is defined as well. */
  root(): Buffer {
    const last = this.#leaves.length === 0 ? [] : [hashOf(LEAVES, this.#leaves)];
    return hashOf(GROUPS, [...this.#groups, ...last]);
  }

  state(): HashTreeState {
    return { groups: Buffer.concat(this.#groups), leaves: Buffer.concat(this.#leaves) };
  }
}

// The first byte tells the levels apart, so that a group cannot be taken for a fingerprint.
const LEAVES = Buffer.of(0);
const GROUPS = Buffer.of(1);

function hashOf(level: Buffer, hashes: readonly Buffer[]): Buffer {
  const hash = createHash("sha256").update(level);
  for (const each of hashes) hash.update(each);
  return hash.digest();
}

function split(joined: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(joined.length / HASH_BYTES) }, (_, index) =>
    joined.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}
