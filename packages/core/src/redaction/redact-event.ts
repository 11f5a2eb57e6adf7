import type { AcceptedEvent } from "../event/accepted-event.ts";
import type { EventMembers } from "../event/event-members.ts";
import {
  byteText,
  ENTRY,
  findMember,
  hasKey,
  jsonOf,
  NEXT,
  VALUE_END,
  VALUE_START,
  valueOf,
} from "../event/event-members.ts";
import { membersOf } from "../event/recent-members.ts";
import { splicedEvent } from "../event/spliced-event.ts";
import type { ByteEdit } from "../event/byte-edit.ts";
import { inOrder } from "../event/byte-edit.ts";
import type { Removal } from "./edit-text.ts";
import { isEmptied, removalEdits } from "./edit-text.ts";
import type { PreparedRule } from "./field-redaction.ts";
import { createFieldEdits } from "./field-redaction.ts";
import type { Redaction } from "./redact-rule.ts";
import { createReplace } from "./replace-value.ts";

/** Returns an event with its redactions; the event itself if none of them applies. */
export type Redact = (record: AcceptedEvent) => AcceptedEvent;

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;

/** What is to be changed in one event. */
interface Changes {
  members: EventMembers;
  orgId: string | null;
  edits: ByteEdit[];
  /** By the offset after the object's brace; undefined if nothing is removed, as mostly. */
  removals: Map<number, Removal> | undefined;
  count: number;
}

/** Replaces parts of the bytes in place of parsing and serialising them: every other byte stays as it came. */
export function createRedact({ rules, key }: Redaction): Redact {
  const prepared = rules.map((rule): PreparedRule => {
    const path = rule.path.map(byteText);
    const replace = createReplace(rule.action, rule.form, key);
    const constant = rule.action.kind === "mask" ? JSON.stringify(replace("", null)) : undefined;
    return { ...rule, path, steps: rule.path, replace, constant, name: rule.path.join(".") };
  });
  const fieldEdits = createFieldEdits(prepared);
  const allNames = prepared.map(({ name }) => name);
  const allAsJson = JSON.stringify(allNames);
  const changes: Changes = { members: noMembers, orgId: null, edits: [], removals: undefined, count: 0 };

  /** Collects the changes of every rule and returns the names of those that change something. */
  function collectAll(start: number): readonly string[] {
    const { members } = changes;
    let changed: string[] | undefined;
    for (const [index, rule] of prepared.entries()) {
      const before = changes.count;
      collect(changes, rule, 0, start, members.start, members.end);
      const isChanging = changes.count > before;
      // Mostly all do.
      if (!isChanging) changed ??= allNames.slice(0, index);
      else changed?.push(rule.name);
    }
    return changed ?? allNames;
  }

  return (record) => {
    const edits = fieldEdits?.(record) ?? memberEdits(record);
    return edits.length === 0 ? record : splicedEvent(record, edits);
  };

  function memberEdits(record: AcceptedEvent): readonly ByteEdit[] {
    changes.members = membersOf(record);
    changes.orgId = record.orgId;
    changes.edits = [];
    changes.removals = undefined;
    changes.count = 0;
    const { members, edits } = changes;
    const start = members.text.indexOf("{") + 1;
    const changed = collectAll(start);
    if (changed.length === 0) return [];
    if (changes.removals !== undefined) addRemovals(changes, changes.removals);
    list(changes, changed, changed === allNames ? allAsJson : JSON.stringify(changed), start);
    return inOrder(edits);
  }
}

const noMembers: EventMembers = { text: "{}", entries: new Int32Array(0), start: 0, end: 0, hasEscapes: false };

function addRemovals({ members, edits }: Changes, removals: ReadonlyMap<number, Removal>): void {
  for (const removal of removals.values()) edits.push(...removalEdits(members, removal));
}

/**
 * Collects a rule's changes below an object whose brace ends at `start`, among its entries `from` to `end`. Every member
 * of the name is meant, should it occur twice.
 */
function collect(changes: Changes, rule: PreparedRule, step: number, start: number, from: number, end: number): void {
  const { members } = changes;
  const { entries } = members;
  const key = rule.path[step] ?? "";
  const isLast = step === rule.path.length - 1;
  for (let entry = from; entry < end; entry = entries[entry + NEXT] ?? end) {
    if (!hasKey(members, entry, key)) continue;
    if (!isLast) descend(changes, rule, step + 1, entry);
    else if (rule.action.kind === "drop") remove(changes, entry, { start, from, end });
    else replaceIn(changes, rule, entry);
  }
}

/** Goes on in an object, or in every object of a list. */
function descend(changes: Changes, rule: PreparedRule, step: number, entry: number): void {
  const { text, entries } = changes.members;
  const start = entries[entry + VALUE_START] ?? 0;
  const end = entries[entry + NEXT] ?? 0;
  const code = text.charCodeAt(start);
  if (code === OPEN_BRACE) collect(changes, rule, step, start + 1, entry + ENTRY, end);
  if (code !== OPEN_BRACKET) return;
  for (let element = entry + ENTRY; element < end; element = entries[element + NEXT] ?? end) {
    descend(changes, rule, step, element);
  }
}

function remove(changes: Changes, entry: number, place: Omit<Removal, "removed">): void {
  changes.removals ??= new Map();
  const removal = changes.removals.get(place.start) ?? { ...place, removed: new Set<number>() };
  removal.removed.add(entry);
  changes.removals.set(place.start, removal);
  changes.count++;
}

/** Replaces a value, or every value in a list. What is no text, as below `unmapped`, becomes one. */
function replaceIn(changes: Changes, rule: PreparedRule, entry: number): void {
  const { members, orgId } = changes;
  const { text, entries } = members;
  const start = entries[entry + VALUE_START] ?? 0;
  const end = entries[entry + VALUE_END] ?? 0;
  const code = text.charCodeAt(start);
  if (code === OPEN_BRACKET) {
    const next = entries[entry + NEXT] ?? 0;
    for (let element = entry + ENTRY; element < next; element = entries[element + NEXT] ?? next) {
      replaceIn(changes, rule, element);
    }
    return;
  }
  if (text.startsWith("null", start)) return;
  const value = code === QUOTE ? String(valueOf(members, entry)) : jsonOf(members, entry);
  changes.edits.push({ start, end, text: JSON.stringify(rule.replace(value, orgId)) });
  changes.count++;
}

/** Adds the names of what was changed to `unmapped`, where those of an earlier redaction stay. */
function list({ members, removals, edits }: Changes, changed: readonly string[], asJson: string, start: number): void {
  const { text, entries } = members;
  const unmapped = findMember(members, members.start, members.end, "unmapped");
  if (unmapped < 0) {
    edits.push({ start, end: start, text: `"unmapped":{"redacted":${asJson}},` });
    return;
  }
  const at = (entries[unmapped + VALUE_START] ?? 0) + 1;
  // An `unmapped` that is no object stays as it is: nothing can be listed in it.
  if (text.charCodeAt(at - 1) !== OPEN_BRACE) return;
  const from = unmapped + ENTRY;
  const end = entries[unmapped + NEXT] ?? from;
  const before = findMember(members, from, end, "redacted");
  if (before >= 0) {
    const names = valueOf(members, before);
    const all = JSON.stringify([...new Set([...(Array.isArray(names) ? names : []), ...changed])]);
    edits.push({ start: entries[before + VALUE_START] ?? 0, end: entries[before + VALUE_END] ?? 0, text: all });
    return;
  }
  const removal = removals?.get(at);
  const isEmpty = removal === undefined ? from === end : isEmptied(members, removal);
  edits.push({ start: at, end: at, text: `"redacted":${asJson}${isEmpty ? "" : ","}` });
}
