import type { Database } from "./database-file.ts";

const MOST_SAMPLES = 50;

/**
 * Returns records from both ends of a database's search tree, to tell its kind. Empty for a database without networks.
 */
export function sampleRecords(database: Database, bytes: Buffer): readonly unknown[] {
  return [0, 1].flatMap((first) => leaves(database, bytes, first).map((address) => database.get(address)));
}

/** Returns addresses with a record, from the lowest or the highest. */
function leaves({ metadata }: Database, bytes: Buffer, first: number): readonly string[] {
  const { nodeCount, treeDepth } = metadata;
  const found: string[] = [];
  const open: { readonly node: number; readonly path: readonly number[] }[] = [{ node: 0, path: [] }];
  for (let next = open.pop(); next !== undefined && found.length < MOST_SAMPLES; next = open.pop()) {
    const { node, path } = next;
    // A pointer equal to the number of nodes means no record; a larger one points to data.
    if (node > nodeCount) found.push(addressOf(path, treeDepth));
    else if (node < nodeCount && path.length < treeDepth) {
      for (const bit of [1 - first, first])
        open.push({ node: branch(metadata, bytes, node, bit), path: [...path, bit] });
    }
  }
  return found;
}

function branch({ recordSize }: Database["metadata"], bytes: Buffer, node: number, bit: number): number {
  const at = (node * recordSize) / 4;
  switch (recordSize) {
    case 24:
      return bytes.readUIntBE(at + bit * 3, 3);
    case 28: {
      const middle = bytes.readUInt8(at + 3);
      return bit === 0
        ? ((middle >> 4) << 24) | bytes.readUIntBE(at, 3)
        : ((middle & 0x0f) << 24) | bytes.readUIntBE(at + 4, 3);
    }
    default:
      return bytes.readUInt32BE(at + bit * 4);
  }
}

/** Returns the first address of the network at a path of bits. */
function addressOf(path: readonly number[], depth: number): string {
  const bits = [...path, ...Array.from({ length: depth - path.length }, () => 0)].join("");
  const width = depth === 32 ? 8 : 16;
  const parts = bits.match(new RegExp(`.{${width}}`, "g")) ?? [];
  const numbers = parts.map((part) => Number.parseInt(part, 2));
  return width === 8 ? numbers.join(".") : numbers.map((number) => number.toString(16)).join(":");
}
