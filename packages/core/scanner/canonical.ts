// Writes the canonical form of an event (RFC 8785), and finds where a number and an attestation go. It leaves to the
// parser what it does not know to write the same way, and every event that has a number or an attestation already.
// AssemblyScript, built by scripts/build-scanner.mjs.
import { copy, writeFraction, writeText } from "./canonical-values";
import { hasEscape, integer, isDigit, isPlainInteger, numberEnd, skipSpace, stringEnd, wordEnd } from "./tokens";

/** Returns the address from which memory is free for a text and its canonical form. */
export function freeFrom(): usize {
  return __heap_base;
}

/** Offset of the brace of `metadata`, and of `unmapped`, in the last event; `unmapped` is 0 if there is none. */
let metadataAt: u32 = 0;
let unmappedAt: u32 = 0;

export function metadata(): u32 {
  return metadataAt;
}

export function unmapped(): u32 {
  return unmappedAt;
}

const MOST_DEPTH: u32 = 64;
const MOST_MEMBERS: u32 = 4096;
/** They are sorted by insertion. */
const MOST_IN_OBJECT: i32 = 256;

// A member or an element: its key's quote, its value's start and end, the member after what is in it, its kind, and
// length and first bytes of its key.
const KEY: usize = 0;
const START: usize = 4;
const END: usize = 8;
const NEXT: usize = 12;
const KIND: usize = 16;
const KEY_LENGTH: usize = 20;
const PREFIX: usize = 24;
const MEMBER: usize = 32;

const AS_IT_IS: u32 = 0;
const OBJECT: u32 = 1;
const ARRAY: u32 = 2;
const ESCAPED: u32 = 3;
const FRACTION: u32 = 4;

const table: usize = memory.data(32 * 4097, 16);
const order: usize = memory.data(4 * 4096, 16);
const stack: usize = memory.data(4 * 65, 16);

// First eight bytes of keys, of which the first is the highest.
const METADATA: u64 = 0x6d65746164617461;
const UNMAPPED: u64 = 0x756e6d6170706564;
const SEQUENCE: u64 = 0x73657175656e6365;
const ATTESTAT: u64 = 0x6174746573746174;

/**
 * Writes the canonical form of the JSON object at `text` and returns its length; 0 if the parser must do it. At least 32
 * zeros must stand behind the text, and `into` must have space for twice its length and 32 bytes.
 */
export function canonical(text: usize, length: usize, into: usize): usize {
  if (!locate(text, length)) return 0;
  sorted = 0;
  const end = writeValue(table, into);
  return end == 0 ? 0 : end - into;
}

/** Finds where a number and an attestation go. Returns false for an object that the parser must judge. */
export function locate(text: usize, length: usize): bool {
  metadataAt = unmappedAt = 0;
  return read(text, text + length) && metadataAt != 0;
}

/** Reads the members of an object into the table. */
function read(text: usize, end: usize): bool {
  if (load<u8>(text) != 0x7b) return false;
  let member = table;
  const most = table + <usize>MOST_MEMBERS * MEMBER;
  store<u32>(member, 0, KEY);
  store<u32>(member, <u32>text, START);
  store<u32>(member, OBJECT, KIND);
  store<u32>(stack, <u32>member);
  let depth: u32 = 1;
  let isArray = false;
  let at = skipSpace(text + 1);
  member += MEMBER;
  if (load<u8>(at) == 0x7d) return false;
  while (true) {
    if (member == most) return false;
    let prefix: u64 = 0;
    let keyLength: u32 = 0;
    if (!isArray) {
      if (load<u8>(at) != 0x22) return false;
      const key = at + 1;
      const keyEnd = stringEnd(key, end);
      // Keys are sorted by UTF-16, and only ASCII has the same order in UTF-8.
      if (keyEnd == 0 || hasEscape || !isAscii(key, keyEnd)) return false;
      keyLength = <u32>(keyEnd - key);
      prefix = bswap<u64>(load<u64>(key));
      if (keyLength < 8) prefix &= keyLength == 0 ? 0 : ~((<u64>0xffffffffffffffff) >> (<u64>keyLength << 3));
      store<u32>(member, <u32>at, KEY);
      at = skipSpace(keyEnd + 1);
      if (load<u8>(at) != 0x3a) return false;
      at = skipSpace(at + 1);
    } else store<u32>(member, 0, KEY);
    store<u32>(member, keyLength, KEY_LENGTH);
    store<u64>(member, prefix, PREFIX);
    store<u32>(member, <u32>at, START);
    const first = load<u8>(at);
    if (depth == 2 && !isArray && isTaken(prefix, keyLength)) return false;
    if (depth == 1 && keyLength == 8 && (prefix == METADATA || prefix == UNMAPPED)) {
      if (first != 0x7b) return false;
      if (prefix == METADATA) metadataAt = <u32>(at - text);
      else unmappedAt = <u32>(at - text);
    }
    if (first == 0x7b || first == 0x5b) {
      const isInner = first == 0x5b;
      store<u32>(member, isInner ? ARRAY : OBJECT, KIND);
      const inside = skipSpace(at + 1);
      if (load<u8>(inside) != (isInner ? 0x5d : 0x7d)) {
        if (depth == MOST_DEPTH) return false;
        store<u32>(stack + (<usize>depth << 2), <u32>member);
        depth++;
        isArray = isInner;
        at = inside;
        member += MEMBER;
        continue;
      }
      // Without members nothing is left of it, which the parser sees to.
      if (depth == 1 && keyLength == 8 && (prefix == METADATA || prefix == UNMAPPED)) return false;
      at = inside + 1;
    } else {
      const valueEnd = readScalar(member, at, first, end);
      if (valueEnd == 0) return false;
      at = valueEnd;
    }
    store<u32>(member, <u32>at, END);
    member += MEMBER;
    store<u32>(member - MEMBER, <u32>member, NEXT);
    while (true) {
      at = skipSpace(at);
      const next = load<u8>(at);
      if (next == 0x2c) {
        at = skipSpace(at + 1);
        break;
      }
      if (next != (isArray ? 0x5d : 0x7d)) return false;
      at++;
      depth--;
      const closed = <usize>load<u32>(stack + (<usize>depth << 2));
      store<u32>(closed, <u32>at, END);
      store<u32>(closed, <u32>member, NEXT);
      if (depth == 0) return at == end;
      isArray = load<u32>(<usize>load<u32>(stack + (<usize>(depth - 1) << 2)), KIND) == ARRAY;
    }
  }
}

/** Whether it is the key of a number or an attestation, or of another member that only the parser must judge. */
// @ts-ignore
@inline
function isTaken(prefix: u64, keyLength: u32): bool {
  return (prefix == SEQUENCE && keyLength == 8) || (prefix == ATTESTAT && keyLength == 11);
}

/** Reads a text, number or word. Returns the address after it; 0 if the parser must write it. */
// @ts-ignore
@inline
function readScalar(member: usize, at: usize, first: u8, end: usize): usize {
  store<u32>(member, AS_IT_IS, KIND);
  if (first == 0x22) {
    const textEnd = stringEnd(at + 1, end);
    if (textEnd == 0) return 0;
    if (hasEscape) store<u32>(member, ESCAPED, KIND);
    return textEnd + 1;
  }
  if (first == 0x2d || isDigit(first)) return readNumber(member, at);
  return wordEnd(at);
}

/** Reads a number that JavaScript writes as it stands here, or without the zeros at its end. */
function readNumber(member: usize, at: usize): usize {
  const end = numberEnd(at);
  if (end == 0 || isPlainInteger) return end;
  const isNegative = load<u8>(at) == 0x2d;
  const digits = isNegative ? at + 1 : at;
  let dot = digits;
  while (isDigit(load<u8>(dot))) dot++;
  const whole = dot - digits;
  if (dot == end) return whole <= 16 && integer < 9007199254740992 && !(isNegative && integer == 0) ? end : 0;
  if (load<u8>(dot) != 0x2e) return 0;
  let next = dot + 1;
  while (load<u8>(next) == 0x30) next++;
  const zeros = next - dot - 1;
  while (isDigit(load<u8>(next))) next++;
  if (next != end) return 0;
  const length = end - dot - 1;
  // JavaScript writes smaller numbers with an exponent, longer ones perhaps with other digits, and -0 without its sign.
  if (whole > 15 || (integer == 0 && (zeros > 5 || (isNegative && zeros == length)))) return 0;
  if ((integer == 0 ? length - zeros : whole + length) > 15) return 0;
  store<u32>(member, FRACTION, KIND);
  return end;
}

// @ts-ignore
@inline
function isAscii(at: usize, end: usize): bool {
  for (let next = at; next < end; next += 16) {
    const bits = i8x16.bitmask(v128.load(next));
    const left = end - next;
    if ((left >= 16 ? bits : bits & ((1 << <i32>left) - 1)) != 0) return false;
  }
  return true;
}

/** Members in `order` that are in use. */
let sorted: usize = 0;

/** Writes a value and returns the address after it; 0 if the parser must do it. */
function writeValue(member: usize, into: usize): usize {
  const start = <usize>load<u32>(member, START);
  const end = <usize>load<u32>(member, END);
  switch (load<u32>(member, KIND)) {
    case OBJECT:
      return writeObject(member, into);
    case ARRAY:
      return writeArray(member, into);
    case ESCAPED:
      return writeText(start, end, into);
    case FRACTION:
      return writeFraction(start, end, into);
    default:
      return copy(start, end, into);
  }
}

function writeArray(member: usize, into: usize): usize {
  const end = <usize>load<u32>(member, NEXT);
  let at = into;
  store<u8>(at++, 0x5b);
  for (let each = member + MEMBER; each < end; each = <usize>load<u32>(each, NEXT)) {
    if (at != into + 1) store<u8>(at++, 0x2c);
    at = writeValue(each, at);
    if (at == 0) return 0;
  }
  store<u8>(at++, 0x5d);
  return at;
}

function writeObject(member: usize, into: usize): usize {
  const first = order + (sorted << 2);
  const count = sort(member, first);
  if (count < 0) return 0;
  sorted += count;
  let at = into;
  store<u8>(at++, 0x7b);
  for (let index = 0; index < count; index++) {
    const each = <usize>load<u32>(first + (<usize>index << 2));
    if (index > 0) store<u8>(at++, 0x2c);
    const key = <usize>load<u32>(each, KEY);
    const keyEnd = key + <usize>load<u32>(each, KEY_LENGTH) + 2;
    const value = <usize>load<u32>(each, START);
    if (load<u32>(each, KIND) == AS_IT_IS && value == keyEnd + 1) {
      at = copy(key, <usize>load<u32>(each, END), at);
      continue;
    }
    at = copy(key, keyEnd, at);
    store<u8>(at++, 0x3a);
    at = writeValue(each, at);
    if (at == 0) return 0;
  }
  sorted -= count;
  store<u8>(at++, 0x7d);
  return at;
}

/** Puts the members of an object in order. Returns their number; -1 if two have one key, or there are many. */
function sort(member: usize, first: usize): i32 {
  const end = <usize>load<u32>(member, NEXT);
  let count: i32 = 0;
  for (let each = member + MEMBER; each < end; each = <usize>load<u32>(each, NEXT)) {
    if (count == MOST_IN_OBJECT) return -1;
    let place = first + (<usize>count << 2);
    while (place > first) {
      const before = <usize>load<u32>(place - 4);
      const compared = compare(before, each);
      if (compared == 0) return -1;
      if (compared < 0) break;
      store<u32>(place, <u32>before);
      place -= 4;
    }
    store<u32>(place, <u32>each);
    count++;
  }
  return count;
}

// @ts-ignore
@inline
function compare(one: usize, other: usize): i32 {
  const prefix = load<u64>(one, PREFIX);
  const otherPrefix = load<u64>(other, PREFIX);
  if (prefix != otherPrefix) return prefix < otherPrefix ? -1 : 1;
  return compareRest(one, other);
}

/** Compares keys from the ninth byte on. */
function compareRest(one: usize, other: usize): i32 {
  const length = load<u32>(one, KEY_LENGTH);
  const otherLength = load<u32>(other, KEY_LENGTH);
  const key = <usize>load<u32>(one, KEY) + 1;
  const otherKey = <usize>load<u32>(other, KEY) + 1;
  const both = <usize>min<u32>(length, otherLength);
  for (let at: usize = 8; at < both; at++) {
    const byte = load<u8>(key + at);
    const otherByte = load<u8>(otherKey + at);
    if (byte != otherByte) return byte < otherByte ? -1 : 1;
  }
  return <i32>length - <i32>otherLength;
}
