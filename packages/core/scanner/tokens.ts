// Reads the tokens of JSON text. Each function takes the address of a token's first byte. Strings end at a control
// character at the latest, so that nothing runs past the zeros behind the text.

/** Whether the last string that `stringEnd` read has an escape. */
export let hasEscape: bool = false;
/** Whether the last number that `numberEnd` read is an integer without sign, of at most 15 digits, and its value. */
export let isPlainInteger: bool = false;
export let integer: f64 = 0;

// @ts-ignore
@inline
export function skipSpace(at: usize): usize {
  let next = at;
  while (load<u8>(next) == 0x20 || load<u8>(next) == 0x09) next++;
  return next;
}

/** Returns the address of the closing quote of a string whose first character is at `at`; 0 if it is not a string. */
// @ts-ignore
@inline
export function stringEnd(at: usize, end: usize): usize {
  hasEscape = false;
  let next = at;
  while (true) {
    const block = v128.load(next);
    const ends = v128.or(
      v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x5c))),
      i8x16.lt_u(block, i8x16.splat(0x20)),
    );
    const bits = i8x16.bitmask(ends);
    if (bits == 0) {
      next += 16;
      if (next >= end) return 0;
      continue;
    }
    next += ctz<u32>(bits);
    if (next >= end) return 0;
    const byte = load<u8>(next);
    if (byte == 0x22) return next;
    if (byte != 0x5c) return 0;
    hasEscape = true;
    next = escapeEnd(next);
    if (next == 0) return 0;
  }
}

/** Returns the address after an escape; 0 if it is none, a NUL, or a surrogate, which the parser judges. */
function escapeEnd(at: usize): usize {
  switch (load<u8>(at, 1)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: {
      let code: u32 = 0;
      for (let digit: usize = 2; digit < 6; digit++) {
        const value = hexOf(load<u8>(at + digit));
        if (value < 0) return 0;
        code = (code << 4) | <u32>value;
      }
      return code == 0 || (code >= 0xd800 && code <= 0xdfff) ? 0 : at + 6;
    }
    default:
      return 0;
  }
}

function hexOf(byte: u8): i32 {
  if (isDigit(byte)) return <i32>byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? <i32>lower - 0x57 : -1;
}

// @ts-ignore
@inline
export function isDigit(byte: u8): bool {
  return byte - 0x30 <= 9;
}

/** Returns the address after a number; 0 if it is none. */
// @ts-ignore
@inline
export function numberEnd(at: usize): usize {
  let next = at;
  const isNegative = load<u8>(next) == 0x2d;
  if (isNegative) next++;
  const digits = next;
  let value: u64 = 0;
  if (load<u8>(next) == 0x30) next++;
  else {
    if (!isDigit(load<u8>(next))) return 0;
    while (isDigit(load<u8>(next))) value = value * 10 + (load<u8>(next++) - 0x30);
  }
  isPlainInteger = !isNegative && next - digits <= 15;
  integer = <f64>value;
  const byte = load<u8>(next);
  if (byte == 0x2e || (byte | 0x20) == 0x65) return fractionEnd(next);
  return next;
}

function fractionEnd(at: usize): usize {
  isPlainInteger = false;
  let next = at;
  if (load<u8>(next) == 0x2e) {
    if (!isDigit(load<u8>(++next))) return 0;
    while (isDigit(load<u8>(next))) next++;
  }
  if ((load<u8>(next) | 0x20) == 0x65) {
    next++;
    if (load<u8>(next) == 0x2b || load<u8>(next) == 0x2d) next++;
    if (!isDigit(load<u8>(next))) return 0;
    while (isDigit(load<u8>(next))) next++;
  }
  return next;
}

/** Returns the address after `true`, `false` or `null`; 0 if it is none. */
// @ts-ignore
@inline
export function wordEnd(at: usize): usize {
  const word = load<u32>(at);
  if (word == 0x65757274 || word == 0x6c6c756e) return at + 4;
  return word == 0x736c6166 && load<u8>(at, 4) == 0x65 ? at + 5 : 0;
}
