import type { AcceptedEvent } from "../event/accepted-event.ts";
import type { EventMembers } from "../event/event-members.ts";
import { ENTRY, findMember, NEXT, VALUE_START, valueOf } from "../event/event-members.ts";
import { membersOf } from "../event/recent-members.ts";
import type { FieldPlaces } from "../event/scan/scanned-event.ts";
import { fieldPlaces } from "../event/scan/scanned-event.ts";
import type { Attribute } from "./term.ts";

/** An event while a filter looks at it. Reused: a filter looks at one at a time. */
export interface Reading {
  record: AcceptedEvent;
  /** Where its members are; undefined until something asks for them. */
  members: EventMembers | undefined;
  /** Where the values of fields stand; null until something asks for them, undefined if the scanner cannot tell. */
  fields: FieldPlaces | undefined | null;
  /** The element that `exists` looks at. */
  element: number;
  /** Grows with every look, so that what does not depend on the element is found out once. */
  look: number;
}

const NONE = -1;
let current: Reading | undefined;

export function reading(record: AcceptedEvent): Reading {
  if (current === undefined) {
    current = { record, members: undefined, fields: null, element: NONE, look: 0 };
  } else {
    current.record = record;
    current.members = undefined;
    current.fields = null;
  }
  current.element = NONE;
  current.look++;
  return current;
}

/** Returns where the values of fields stand; undefined if only the members can tell. */
export function fieldsAt(at: Reading): FieldPlaces | undefined {
  if (at.fields === null) at.fields = fieldPlaces(at.record);
  return at.fields;
}

/** Returns the value of an attribute; undefined if it is absent or null. */
export function read(at: Reading, attribute: Attribute): unknown {
  const entry = entryOf(at, attribute);
  if (entry === NONE) return undefined;
  return valueOf((at.members ??= membersOf(at.record)), entry) ?? undefined;
}

/** Returns whether an attribute is there, and not null. */
export function isPresent(at: Reading, attribute: Attribute): boolean {
  const entry = entryOf(at, attribute);
  if (entry === NONE) return false;
  const { text, entries } = (at.members ??= membersOf(at.record));
  return text.charCodeAt(entries[entry + VALUE_START] ?? 0) !== LOWER_N;
}

/** Returns the entries of the first elements of a list; undefined if it is none. */
export function elementsOf(at: Reading, list: Attribute, most: number): readonly number[] | undefined {
  const entry = entryOf(at, list);
  if (entry === NONE) return undefined;
  const { text, entries } = (at.members ??= membersOf(at.record));
  if (text.charCodeAt(entries[entry + VALUE_START] ?? 0) !== OPEN_BRACKET) return undefined;
  const elements: number[] = [];
  const end = entries[entry + NEXT] ?? 0;
  for (let element = entry + ENTRY; element < end && elements.length < most; element = entries[element + NEXT] ?? end) {
    elements.push(element);
  }
  return elements;
}

/** Returns the value of an entry that `elementsOf` found. */
export function elementValue(at: Reading, entry: number): unknown {
  return valueOf((at.members ??= membersOf(at.record)), entry);
}

/** `null` is the only value that starts so. */
const LOWER_N = 0x6e;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

function entryOf(at: Reading, { from, path }: Attribute): number {
  const members = (at.members ??= membersOf(at.record));
  const { text, entries } = members;
  let entry = from === "element" ? at.element : NONE;
  let { start, end } = members;
  for (const key of path) {
    if (entry !== NONE) {
      if (text.charCodeAt(entries[entry + VALUE_START] ?? 0) !== OPEN_BRACE) return NONE;
      start = entry + ENTRY;
      end = entries[entry + NEXT] ?? 0;
    }
    entry = findMember(members, start, end, key);
    if (entry === NONE) return NONE;
  }
  return entry;
}
