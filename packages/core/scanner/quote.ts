// Eight bytes are written at a time: a shuffle puts a backslash before each byte that needs one. Which shuffle is looked
// up by the bits of those bytes.
const shuffles: usize = memory.data(256 * 16, 16);
/** In a shuffle's source, the text's bytes stand at 0 to 7 and backslashes behind them. */
const BACKSLASH_AT: u8 = 8;

let isReady: bool = false;

/**
 * Writes JSON text as a JSON string, without the quotes around it, and returns its length. There must be space for six
 * times its bytes and 16 more, and eight readable bytes behind the text.
 */
export function quote(text: usize, length: usize, into: usize): usize {
  if (!isReady) makeShuffles();
  const end = text + length;
  let from = text;
  let to = into;
  while (from + 8 <= end) {
    const block = i64x2.replace_lane(v128.load64_zero(from), 1, 0x5c5c5c5c5c5c5c5c);
    if ((i8x16.bitmask(i8x16.lt_u(block, i8x16.splat(0x20))) & 0xff) != 0) {
      for (const stop = from + 8; from < stop; from++) to = writeByte(load<u8>(from), to);
      continue;
    }
    const escaped = v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x5c)));
    const bits = i8x16.bitmask(escaped) & 0xff;
    v128.store(to, i8x16.swizzle(block, v128.load(shuffles + (<usize>bits << 4))));
    to += 8 + <usize>popcnt<u32>(bits);
    from += 8;
  }
  for (; from < end; from++) to = writeByte(load<u8>(from), to);
  return to - into;
}

function makeShuffles(): void {
  for (let bits: u32 = 0; bits < 256; bits++) {
    let to = shuffles + (<usize>bits << 4);
    for (let at: u8 = 0; at < 8; at++) {
      if ((bits & ((<u32>1) << at)) != 0) store<u8>(to++, BACKSLASH_AT);
      store<u8>(to++, at);
    }
  }
  isReady = true;
}

function writeByte(byte: u8, at: usize): usize {
  // A control character is white space between tokens of a text from outside.
  if (byte < 0x20) {
    store<u32>(at, 0x3030755c); // \u00
    store<u8>(at, hexDigit(byte >> 4), 4);
    store<u8>(at, hexDigit(byte & 15), 5);
    return at + 6;
  }
  let to = at;
  if (byte == 0x22 || byte == 0x5c) store<u8>(to++, 0x5c);
  store<u8>(to, byte);
  return to + 1;
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
