// Scans events: finds in one pass what acceptance, identity, routing and encoders need, and whether an event is one that
// the parser and the shape check would accept. It vouches for an event or leaves it to the parser; it never refuses one.
// AssemblyScript, built by scripts/build-scanner.mjs. Ids, contexts and facts are those of src/event/scan/scan-format.ts.
import { field, fields, idOf } from "./keys";
import { hasEscape, integer, isDigit, isPlainInteger, numberEnd, skipSpace, stringEnd, wordEnd } from "./tokens";
export { addKey, keyAt } from "./keys";
export { quote } from "./quote";

/** Returns the address from which memory is free for texts, ranges and facts. */
export function freeFrom(): usize {
  return __heap_base;
}

// Contexts: objects whose keys matter.
const NONE: u32 = 0;
const EVENT: u32 = 1;
const METADATA: u32 = 2;
const ACTOR: u32 = 3;
const ACTOR_ORG: u32 = 4;
const USER: u32 = 5;
const USER_ORG: u32 = 6;
const SOURCE: u32 = 7;
const FIRST_OF_FIELDS: u32 = 8; // From here on, of objects that hold fields alone.
const ARRAY: u32 = 0x80;

// Ids of keys. Those below `REPEATABLE` must not occur twice.
const ID_CLASS: u32 = 1;
const ID_SEVERITY: u32 = 2;
const ID_TIME: u32 = 3;
const ID_INTEGER: u32 = 4; // 4 to 6: category_uid, activity_id, type_uid
const ID_LAST_INTEGER: u32 = 6;
const ID_OTHER_TIME: u32 = 7; // 7 to 11: start_time, end_time, and three of the metadata
const ID_LAST_OTHER_TIME: u32 = 11;
const ID_MESSAGE: u32 = 12;
const ID_METADATA: u32 = 13;
const ID_UID: u32 = 14;
const ID_TENANT: u32 = 15;
const ID_ACTOR: u32 = 16;
const ID_SOURCE: u32 = 17;
const ID_ACTOR_ORG: u32 = 18;
const ID_ACTOR_ORG_UID: u32 = 19;
const ID_USER: u32 = 20;
const ID_USER_ORG: u32 = 21;
const ID_USER_ORG_UID: u32 = 22;
const ID_TEXT: u32 = 23; // 23 to 26: texts whose places are noted
const ID_LAST_TEXT: u32 = 26;
const ID_EVIDENCES: u32 = 27;
const ID_UNMAPPED: u32 = 28;
const ID_TIMESTAMP: u32 = 29;
const REPEATABLE: u32 = 30;
const ID_FIELD: u32 = 31; // A key that is nothing but a field.

// Bits of `flags`.
const VOUCHED: u32 = 1;
const HAS_UNKNOWN: u32 = 2;
const HAS_TIMESTAMP: u32 = 4;
const HAS_ACTOR: u32 = 8;
const HAS_SOURCE: u32 = 16;
const HAS_HOLDER: u32 = 32;
const FIELDS_ELSEWHERE: u32 = 64;

// Facts of one event: three doubles, then 32-bit integers. Offsets count from the event's first byte.
const TIME: usize = 0;
const CLASS: usize = 8;
const SEVERITY: usize = 16;
const FLAGS: usize = 24;
const UID_START: usize = 28;
const UID_END: usize = 32;
const ORG_START: usize = 36;
const ORG_END: usize = 40;
const TEXTS: usize = 44;
const FACTS_BYTES: usize = 80;

// Place of one field: two 32-bit integers behind the facts of all events.
const PLACE_BYTES: usize = 8;
const WITH_ESCAPE: u32 = 0x80000000;

const MOST_DEPTH: u32 = 250;
const stack: usize = memory.data(256, 16);

// Of the event being scanned.
let base: usize = 0;
let facts: usize = 0;
let places: usize = 0;
let seen: u32 = 0;
let flags: u32 = 0;
let tenantStart: usize = 0;
let tenantEnd: usize = 0;
let userOrgStart: usize = 0;
let userOrgEnd: usize = 0;

/**
 * Scans `count` events. `ranges` holds a start and an end of each as offsets from `bytes`; facts are written one after the
 * other, and behind them the places of each event's fields. At least 32 zeros must stand behind the last event.
 */
export function scan(bytes: usize, ranges: usize, count: u32, into: usize, maxDepth: u32): void {
  const most = min<u32>(maxDepth, MOST_DEPTH);
  const placesBytes = <usize>fields * PLACE_BYTES;
  places = into + <usize>count * FACTS_BYTES;
  if (placesBytes > 0) memory.fill(places, 0, <usize>count * placesBytes);
  for (let index: u32 = 0; index < count; index++) {
    const range = ranges + (<usize>index << 3);
    facts = into + <usize>index * FACTS_BYTES;
    memory.fill(facts, 0, FACTS_BYTES);
    base = bytes + load<u32>(range);
    seen = 0;
    flags = 0;
    tenantStart = tenantEnd = userOrgStart = userOrgEnd = 0;
    if (scanEvent(bytes + load<u32>(range, 4), most)) finish();
    places += placesBytes;
  }
}

/** Writes what is known once the whole event was scanned, and vouches for it unless something is missing. */
function finish(): void {
  const needed: u32 = (1 << ID_CLASS) | (1 << ID_TIME) | (1 << ID_UID);
  if ((seen & needed) != needed) return;
  if (load<u32>(facts, ORG_END) == load<u32>(facts, ORG_START)) {
    if (tenantEnd > tenantStart) noteOrg(tenantStart, tenantEnd);
    else if (userOrgEnd > userOrgStart) noteOrg(userOrgStart, userOrgEnd);
  }
  store<u32>(facts, flags | VOUCHED, FLAGS);
}

function noteOrg(start: usize, end: usize): void {
  store<u32>(facts, <u32>(start - base), ORG_START);
  store<u32>(facts, <u32>(end - base), ORG_END);
}

function scanEvent(end: usize, maxDepth: u32): bool {
  let at = base;
  if (load<u8>(at) != 0x7b || maxDepth < 1) return false;
  let depth: u32 = 1;
  let context: u32 = EVENT;
  store<u8>(stack + 1, <u8>EVENT);
  at = skipSpace(at + 1);
  while (true) {
    let id: u32 = 0;
    let asked: u32 = 0;
    if (context != ARRAY) {
      if (load<u8>(at) != 0x22) return false;
      const key = at + 1;
      const keyEnd = stringEnd(key, end);
      if (keyEnd == 0) return false;
      if (context != NONE) {
        // An escaped key may be any of them.
        if (!hasEscape) {
          id = idOf(key, keyEnd - key, context);
          asked = field;
        } else if (context < FIRST_OF_FIELDS) return false;
        else flags |= FIELDS_ELSEWHERE;
        if (id == 0 || id == ID_FIELD) {
          if (context == EVENT) flags |= HAS_UNKNOWN;
        } else if (id < REPEATABLE) {
          const bit: u32 = (<u32>1) << id;
          // Parsers take the last of two.
          if ((seen & bit) != 0) return false;
          seen |= bit;
        }
      }
      at = skipSpace(keyEnd + 1);
      if (load<u8>(at) != 0x3a) return false;
      at = skipSpace(at + 1);
    }
    const first = load<u8>(at);
    if (first == 0x22) {
      const text = at + 1;
      const textEnd = stringEnd(text, end);
      if (textEnd == 0 || (id != 0 && !takeText(id, text, textEnd))) return false;
      at = textEnd + 1;
      if (asked != 0) noteField(asked, text - 1, <u32>(at - base) | (hasEscape ? WITH_ESCAPE : 0));
    } else if (first == 0x7b || first == 0x5b) {
      if (++depth > maxDepth) return false;
      const inner = first == 0x5b ? ARRAY : NONE;
      const entered = id == 0 ? inner : enter(id, inner);
      if (entered == REFUSED) return false;
      context = entered;
      if (asked != 0) {
        noteField(asked, at, 0);
        const inside = asked >> 8;
        // The fields of a list's elements have many places.
        if (inside != 0 && entered == ARRAY) flags |= FIELDS_ELSEWHERE;
        else if (entered == NONE) context = inside;
      }
      store<u8>(stack + depth, <u8>context);
      at = skipSpace(at + 1);
      if (load<u8>(at) != (context == ARRAY ? 0x5d : 0x7d)) continue;
      at++;
      context = load<u8>(stack + --depth);
    } else if (first == 0x2d || isDigit(first)) {
      const number = at;
      at = numberEnd(at);
      if (at == 0 || (id != 0 && !takeNumber(id))) return false;
      if (asked != 0) noteField(asked, number, <u32>(at - base));
    } else {
      const word = at;
      at = wordEnd(at);
      if (at == 0 || (id != 0 && !takeWord(id, first == 0x6e))) return false;
      if (asked != 0) noteField(asked, word, <u32>(at - base));
    }
    while (true) {
      at = skipSpace(at);
      const next = load<u8>(at);
      if (next == 0x2c) {
        at = skipSpace(at + 1);
        break;
      }
      if (next != (context == ARRAY ? 0x5d : 0x7d)) return false;
      at++;
      if (--depth == 0) return at == end;
      context = load<u8>(stack + depth);
    }
  }
}

/** Notes where a field's value stands. `end` is 0 for an object or a list. */
function noteField(asked: u32, start: usize, end: u32): void {
  const place = places + <usize>((asked & 0xff) - 1) * PLACE_BYTES;
  // Parsers take the last of two, and redactions want both.
  if (load<u32>(place) != 0) flags |= FIELDS_ELSEWHERE;
  store<u32>(place, <u32>(start - base));
  store<u32>(place, end, 4);
}

/** Takes a text. Returns false for one that the parser must judge. */
function takeText(id: u32, start: usize, end: usize): bool {
  if (id >= ID_TEXT && id <= ID_LAST_TEXT) {
    const place = facts + <usize>((id - ID_TEXT) << 3);
    store<u32>(place, <u32>(start - 1 - base), TEXTS);
    store<u32>(place, <u32>(end + 1 - base), TEXTS + 4);
    return true;
  }
  switch (id) {
    case ID_UID:
      if (hasEscape || start == end) return false;
      store<u32>(facts, <u32>(start - base), UID_START);
      store<u32>(facts, <u32>(end - base), UID_END);
      return true;
    case ID_ACTOR_ORG_UID:
      if (hasEscape) return false;
      noteOrg(start, end);
      return true;
    case ID_TENANT:
      tenantStart = start;
      tenantEnd = end;
      return !hasEscape;
    case ID_USER_ORG_UID:
      userOrgStart = start;
      userOrgEnd = end;
      return !hasEscape;
    case ID_METADATA:
      return false;
    default:
      noteMember(id);
      return id > ID_LAST_INTEGER;
  }
}

/** Takes the number just read. Returns false for one that the parser must judge. */
function takeNumber(id: u32): bool {
  if (id <= ID_LAST_OTHER_TIME) {
    if (!isPlainInteger) return false;
    if (id == ID_CLASS) store<f64>(facts, integer, CLASS);
    else if (id == ID_SEVERITY) store<f64>(facts, integer, SEVERITY);
    else if (id == ID_TIME || id >= ID_OTHER_TIME) {
      // Between them are seconds, above are microseconds.
      if (integer >= 1e9 && (integer < 1e11 || integer >= 1e14)) return false;
      if (id == ID_TIME) store<f64>(facts, integer, TIME);
    }
    return true;
  }
  noteMember(id);
  return id != ID_MESSAGE && id != ID_METADATA && id != ID_UID;
}

/** Takes true, false or null. Returns false for one that the parser must judge. */
function takeWord(id: u32, isNull: bool): bool {
  noteMember(id);
  switch (id) {
    case ID_CLASS:
    case ID_TIME:
    case ID_METADATA:
    case ID_UID:
      return false;
    case ID_MESSAGE:
      return isNull;
    default:
      return isNull || id > ID_LAST_INTEGER;
  }
}

const REFUSED: u32 = 0xff;

/** Returns the context of an object or array that begins; `REFUSED` for one that the parser must judge. */
function enter(id: u32, inner: u32): u32 {
  noteMember(id);
  if (id <= ID_LAST_INTEGER || id == ID_MESSAGE || id == ID_UID) return REFUSED;
  if (inner == ARRAY) return id == ID_METADATA ? REFUSED : ARRAY;
  switch (id) {
    case ID_METADATA:
      return METADATA;
    case ID_ACTOR:
      return ACTOR;
    case ID_ACTOR_ORG:
      return ACTOR_ORG;
    case ID_USER:
      return USER;
    case ID_USER_ORG:
      return USER_ORG;
    case ID_SOURCE:
      return SOURCE;
    default:
      return NONE;
  }
}

/** Notes top-level members that encoders ask for, whatever their values. */
function noteMember(id: u32): void {
  if (id == ID_ACTOR) flags |= HAS_ACTOR;
  else if (id == ID_SOURCE) flags |= HAS_SOURCE;
  else if (id == ID_EVIDENCES || id == ID_UNMAPPED) flags |= HAS_HOLDER;
  else if (id == ID_TIMESTAMP) flags |= HAS_TIMESTAMP | HAS_UNKNOWN;
}
