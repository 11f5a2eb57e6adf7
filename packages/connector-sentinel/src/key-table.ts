/** Finds the value of a key in bytes without creating a string. */
export interface KeyTable<Value> {
  /** Returns the value of the ASCII key between `start` and `end`; undefined if there is none. */
  find(bytes: Uint8Array, start: number, end: number): Value | undefined;
}

interface Slot<Value> {
  readonly key: Uint8Array;
  readonly value: Value;
}

export function createKeyTable<Value>(entries: Iterable<readonly [key: string, value: Value]>): KeyTable<Value> {
  const list = [...entries];
  // A power of two with mostly free slots, so that a search ends at once.
  const mask = 2 ** Math.ceil(Math.log2(list.length * 8 + 1)) - 1;
  const slots: (Slot<Value> | undefined)[] = Array.from({ length: mask + 1 }, () => undefined);
  for (const [text, value] of list) {
    const key = Buffer.from(text);
    let at = hash(key, 0, key.length) & mask;
    while (slots[at] !== undefined) at = (at + 1) & mask;
    slots[at] = { key, value };
  }
  return {
    find(bytes, start, end) {
      let at = hash(bytes, start, end) & mask;
      for (let slot = slots[at]; slot !== undefined; slot = slots[at]) {
        if (isAt(bytes, start, end, slot.key)) return slot.value;
        at = (at + 1) & mask;
      }
      return undefined;
    },
  };
}

function hash(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) | 0;
  return sum;
}

function isAt(bytes: Uint8Array, start: number, end: number, key: Uint8Array): boolean {
  if (key.length !== end - start) return false;
  for (let at = 0; at < key.length; at += 1) {
    if (bytes[start + at] !== key[at]) return false;
  }
  return true;
}
