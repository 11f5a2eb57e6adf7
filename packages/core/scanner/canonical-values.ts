// Writes values in their canonical form. Each function returns the address after what it wrote.

/** Copies bytes, in blocks: up to 15 more may be written behind them. */
// @ts-ignore
@inline
export function copy(start: usize, end: usize, into: usize): usize {
  let to = into;
  for (let from = start; from < end; from += 16) {
    v128.store(to, v128.load(from));
    to += 16;
  }
  return into + (end - start);
}

/** Writes a number with a fraction, without the zeros at its end. */
export function writeFraction(start: usize, end: usize, into: usize): usize {
  let last = end;
  while (load<u8>(last - 1) == 0x30) last--;
  if (load<u8>(last - 1) == 0x2e) last--;
  return copy(start, last, into);
}

/** Writes a string with escapes; 0 if it has half of a surrogate pair. */
export function writeText(start: usize, end: usize, into: usize): usize {
  let to = into;
  let from = start;
  while (from < end) {
    const byte = load<u8>(from);
    if (byte != 0x5c) {
      store<u8>(to++, byte);
      from++;
      continue;
    }
    const escaped = load<u8>(from, 1);
    if (escaped == 0x75) {
      const code = codeAt(from + 2);
      from += 6;
      // The other half was refused where the string was read.
      to = writeCode(code, to);
    } else {
      if (escaped != 0x2f) store<u8>(to++, 0x5c);
      store<u8>(to++, escaped);
      from += 2;
    }
  }
  return to;
}

function codeAt(at: usize): u32 {
  let code: u32 = 0;
  for (let digit: usize = 0; digit < 4; digit++) {
    const byte = load<u8>(at + digit);
    code = (code << 4) | (byte <= 0x39 ? <u32>byte - 0x30 : <u32>(byte | 0x20) - 0x57);
  }
  return code;
}

/** Writes a character as JavaScript does in a string. */
function writeCode(code: u32, into: usize): usize {
  let to = into;
  if (code < 0x20) return writeControl(code, into);
  if (code < 0x80) {
    if (code == 0x22 || code == 0x5c) store<u8>(to++, 0x5c);
    store<u8>(to++, <u8>code);
    return to;
  }
  if (code < 0x800) store<u8>(to++, <u8>(0xc0 | (code >> 6)));
  else {
    store<u8>(to++, <u8>(0xe0 | (code >> 12)));
    store<u8>(to++, <u8>(0x80 | ((code >> 6) & 63)));
  }
  store<u8>(to++, <u8>(0x80 | (code & 63)));
  return to;
}

function writeControl(code: u32, into: usize): usize {
  store<u8>(into, 0x5c);
  const short = shortOf(code);
  store<u8>(into, short == 0 ? 0x75 : short, 1);
  if (short != 0) return into + 2;
  store<u16>(into, 0x3030, 2);
  store<u8>(into, code < 16 ? 0x30 : 0x31, 4);
  const low = <u8>(code & 15);
  store<u8>(into, low < 10 ? 0x30 + low : 0x57 + low, 5);
  return into + 6;
}

/** The letter of a control character's own escape; 0 if it has none. */
function shortOf(code: u32): u8 {
  switch (code) {
    case 8:
      return 0x62;
    case 9:
      return 0x74;
    case 10:
      return 0x6e;
    case 12:
      return 0x66;
    case 13:
      return 0x72;
    default:
      return 0;
  }
}
