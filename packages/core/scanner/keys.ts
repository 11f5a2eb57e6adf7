// Keys whose values the scanner looks at, each in one object of the event. The host adds them, so that names are
// written once, in TypeScript.

/** Slots of a key: its 16 bytes, its context and id, and its field. A power of two, mostly free, so that a search ends at once. */
const SLOTS: usize = 1024;
const SLOT_BYTES: usize = 24;
const table: usize = memory.data(1024 * 24, 16);
const staged: usize = memory.data(32, 16);

/** Where the host writes the bytes of a key to add, with zeros after it. */
export function keyAt(): usize {
  return staged;
}

/** Field of the key that `idOf` last looked up: its number from 1, and the context of its members shifted by 8 bits; 0 for none. */
export let field: u32 = 0;
/** The highest number of a field. */
export let fields: u32 = 0;

/** Adds the staged key. `what` is its context, shifted by 8 bits, and its id. One that was added before keeps its id. */
export function addKey(what: u32, itsField: u32): void {
  const low = load<u64>(staged);
  const high = load<u64>(staged, 8);
  let slot = slotOf(low, high);
  while (load<u32>(slot, 16) != 0 && !isAt(slot, low, high, what >> 8)) slot = nextSlot(slot);
  if (load<u32>(slot, 16) == 0) {
    store<u64>(slot, low);
    store<u64>(slot, high, 8);
    store<u32>(slot, what, 16);
  }
  store<u32>(slot, itsField, 20);
  fields = max(fields, itsField & 0xff);
}

// @ts-ignore
@inline
function isAt(slot: usize, low: u64, high: u64, context: u32): bool {
  return load<u64>(slot) == low && load<u64>(slot, 8) == high && load<u32>(slot, 16) >> 8 == context;
}

/** Returns the id of a key of an object; 0 if it is none of those added. May read up to 16 bytes from `key`. */
// @ts-ignore
@inline
export function idOf(key: usize, length: usize, context: u32): u32 {
  field = 0;
  if (length > 16 || length == 0) return 0;
  let low = load<u64>(key);
  let high: u64 = 0;
  if (length < 8) low &= ((<u64>1) << (length << 3)) - 1;
  else if (length > 8) high = load<u64>(key, 8) & ((<u64>0xffffffffffffffff) >> ((16 - length) << 3));
  let slot = slotOf(low, high);
  let what = load<u32>(slot, 16);
  while (what != 0 && !isAt(slot, low, high, context)) {
    slot = nextSlot(slot);
    what = load<u32>(slot, 16);
  }
  field = load<u32>(slot, 20);
  return what & 0xff;
}

// @ts-ignore
@inline
function slotOf(low: u64, high: u64): usize {
  const mixed = (low ^ rotl<u64>(high, 29)) * 0x9e3779b97f4a7c15;
  return table + (<usize>(mixed >> 54)) * SLOT_BYTES;
}

// @ts-ignore
@inline
function nextSlot(slot: usize): usize {
  const next = slot + SLOT_BYTES;
  return next == table + SLOTS * SLOT_BYTES ? table : next;
}
