/** Values that a MaxMind database may hold; numbers become doubles, integers 32 bits without a sign. */
export type MmdbValue =
  | string
  | number
  | boolean
  | bigint
  | readonly MmdbValue[]
  | { readonly [key: string]: MmdbValue };

export interface MmdbOptions {
  readonly type: string;
  readonly ipVersion?: 4 | 6;
  /** By network, such as `203.0.113.0/24`; in a tree of version 6 IPv4 networks stand below `::/96`. */
  readonly networks: Readonly<Record<string, MmdbValue>>;
}

/** The bytes of a database in MaxMind's format, version 2.0, with records of 24 bits. */
export function writeMmdb({ type, ipVersion = 6, networks }: MmdbOptions): Buffer {
  const nodes: Node[] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let dataLength = 0;
  for (const [network, value] of Object.entries(networks)) {
    const encoded = encode(value);
    addNetwork(nodes, bitsOf(network, ipVersion), { offset: dataLength });
    data.push(encoded);
    dataLength += encoded.length;
  }
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_741_824_000n,
    database_type: type,
    description: { en: type },
    ip_version: uint32(ipVersion),
    languages: ["en"],
    node_count: uint32(nodes.length),
    record_size: uint32(24),
  };
  const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
  return Buffer.concat([treeOf(nodes), Buffer.alloc(16), ...data, marker, encode(metadata)]);
}

/** The number of a node, a place in the data, or nothing. */
type Branch = number | { readonly offset: number } | undefined;
type Node = [Branch, Branch];

function addNetwork(nodes: Node[], bits: readonly (0 | 1)[], leaf: { readonly offset: number }): void {
  let at = 0;
  for (const [depth, bit] of bits.entries()) {
    const node = nodes[at];
    if (node === undefined) throw new RangeError("no such node");
    if (depth === bits.length - 1) {
      node[bit] = leaf;
      return;
    }
    const next = node[bit];
    if (typeof next === "object") throw new RangeError("a network lies within another");
    at = next ?? nodes.push([undefined, undefined]) - 1;
    node[bit] = at;
  }
}

function bitsOf(network: string, ipVersion: 4 | 6): readonly (0 | 1)[] {
  const [address = "", length = ""] = network.split("/");
  const own = address.includes(":") ? ipv6Bytes(address) : address.split(".").map(Number);
  const padding = ipVersion === 6 && own.length === 4 ? 12 : 0;
  const bytes = [...Array.from({ length: padding }, () => 0), ...own];
  const bits = bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((shift) => bitAt(byte, shift)));
  return bits.slice(0, padding * 8 + Number(length));
}

function bitAt(byte: number, shift: number): 0 | 1 {
  return ((byte >> shift) & 1) === 1 ? 1 : 0;
}

function ipv6Bytes(address: string): readonly number[] {
  const [head = "", tail = ""] = address.split("::");
  const before = groups(head);
  const after = groups(tail);
  const middle = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...middle, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function treeOf(nodes: readonly Node[]): Buffer {
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries()) {
    for (const [side, branch] of node.entries())
      tree.writeUIntBE(numberOf(branch, nodes.length), index * 6 + side * 3, 3);
  }
  return tree;
}

function numberOf(branch: Branch, nodeCount: number): number {
  if (branch === undefined) return nodeCount;
  return typeof branch === "number" ? branch : nodeCount + 16 + branch.offset;
}

class Uint32 {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

function uint32(value: number): Uint32 {
  return new Uint32(value);
}

function encode(value: unknown): Buffer {
  if (typeof value === "string") {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === "number") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(3, 8), bytes]);
  }
  if (typeof value === "boolean") return control(14, Number(value));
  if (typeof value === "bigint") {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return Buffer.concat([control(9, 8), bytes]);
  }
  if (value instanceof Uint32) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value.value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  if (typeof value !== "object" || value === null) throw new TypeError("no value of a MaxMind database");
  const members = Object.entries(value);
  return Buffer.concat([
    control(7, members.length),
    ...members.flatMap(([key, member]) => [encode(key), encode(member)]),
  ]);
}

/** Type and size; types from 8 on stand in a byte of their own, behind one whose type is 0. */
function control(type: number, size: number): Buffer {
  const isLong = size >= 29;
  const first = (type < 8 ? type << 5 : 0) | (isLong ? 29 : size);
  return Buffer.from([first, ...(type < 8 ? [] : [type - 7]), ...(isLong ? [size - 29] : [])]);
}
