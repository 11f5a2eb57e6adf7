import { createHash } from "node:crypto";

/** Fingerprints under one inner hash. */
export const GROUP_SIZE = 1000;
export const HASH_BYTES = 32;

const GROUP_BYTES = GROUP_SIZE * HASH_BYTES;
/** Space at first: most streams are slow. */
const FEW_BYTES = 32 * HASH_BYTES;

/** State of a hash tree, for a snapshot. */
export interface HashTreeState {
  /** Hashes of the full groups, joined, in hexadecimal. */
  readonly groups: string;
  /** Fingerprints of the group not yet full, joined, in hexadecimal. */
  readonly leaves: string;
}

/**
 * A tree of two levels over fingerprints in order: each 1,000 are hashed as a group, and the groups as the root. An event
 * costs 32 hashed bytes, and a million of them 64 KB of memory.
 */
export class HashTree {
  #groups: Buffer[] = [];
  #leaves = Buffer.alloc(0);
  #used = 0;

  constructor(state?: HashTreeState) {
    if (state === undefined) return;
    const groups = Buffer.from(state.groups, "hex");
    for (let at = 0; at < groups.length; at += HASH_BYTES) this.#groups.push(groups.subarray(at, at + HASH_BYTES));
    this.addAll(Buffer.from(state.leaves, "hex"));
  }

  /** Number of fingerprints. */
  get size(): number {
    return this.#groups.length * GROUP_SIZE + this.#used / HASH_BYTES;
  }

  /** Adds a fingerprint in hexadecimal. */
  add(fingerprint: string): void {
    this.addAll(Buffer.from(fingerprint, "hex"));
  }

  /** Adds the bytes of fingerprints. */
  addAll(fingerprints: Buffer): void {
    for (let from = 0; from < fingerprints.length; ) {
      const taken = Math.min(fingerprints.length - from, GROUP_BYTES - this.#used);
      this.#reserve(this.#used + taken);
      this.#used += fingerprints.copy(this.#leaves, this.#used, from, from + taken);
      from += taken;
      if (this.#used < GROUP_BYTES) continue;
      this.#groups.push(hashOf(LEAVES, [this.#leaves]));
      this.#used = 0;
    }
  }

  /** Returns the root so far, in hexadecimal. That of no fingerprints is defined as well. */
  root(): string {
    const last = this.#used === 0 ? [] : [hashOf(LEAVES, [this.#leaves.subarray(0, this.#used)])];
    return hashOf(GROUPS, [...this.#groups, ...last]).toString("hex");
  }

  state(): HashTreeState {
    return { groups: Buffer.concat(this.#groups).toString("hex"), leaves: this.#leaves.toString("hex", 0, this.#used) };
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#leaves.length) return;
    const larger = Buffer.alloc(Math.min(GROUP_BYTES, Math.max(bytes, FEW_BYTES, this.#leaves.length * 2)));
    this.#leaves.copy(larger, 0, 0, this.#used);
    this.#leaves = larger;
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
