import type { AcceptedEvent } from "../event/accepted-event.ts";
import type { EventMembers } from "../event/event-members.ts";
import { ENTRY, findMember, hasKey, NEXT, VALUE_END, VALUE_START, valueOf } from "../event/event-members.ts";
import { membersOf } from "../event/recent-members.ts";
import type { Removal, TextEdit } from "./edit-text.ts";
import { editedText, isEmptied, removalEdits } from "./edit-text.ts";
import type { Redaction, RedactRule } from "./redact-rule.ts";
import type { Replace } from "./replace-value.ts";
import { createReplace } from "./replace-value.ts";

/** Returns an event's text with its redactions; undefined if none of them applies. */
export type Redact = (record: AcceptedEvent) => string | undefined;

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;

interface Prepared extends RedactRule {
  readonly replace: Replace;
  readonly name: string;
}

/** What is to be changed in one event. */
interface Changes {
  readonly members: EventMembers;
  readonly orgId: string | null;
  readonly edits: TextEdit[];
  /** By the offset after the object's brace. */
  readonly removals: Map<number, Removal>;
  count: number;
}

/** Changes the text in place of parsing and serialising it: every other byte stays as it came. */
export function createRedact({ rules, key }: Redaction): Redact {
  const prepared = rules.map((rule): Prepared => {
    return { ...rule, replace: createReplace(rule.action, rule.form, key), name: rule.path.join(".") };
  });
  return (record) => {
    const members = membersOf(record);
    const changes: Changes = { members, orgId: record.orgId, edits: [], removals: new Map(), count: 0 };
    const changed: string[] = [];
    const whole = { start: members.json.indexOf("{") + 1, from: members.start, end: members.end };
    for (const rule of prepared) {
      const before = changes.count;
      collect(changes, rule, 0, whole);
      if (changes.count > before) changed.push(rule.name);
    }
    if (changed.length === 0) return undefined;
    for (const removal of changes.removals.values()) changes.edits.push(...removalEdits(members, removal));
    changes.edits.push(...listed(changes, changed, whole.start));
    return editedText(members.json, changes.edits);
  };
}

/** The members of an object. */
type Place = Omit<Removal, "removed">;

/** Collects a rule's changes below an object. Every member of the name is meant, should it occur twice. */
function collect(changes: Changes, rule: Prepared, step: number, place: Place): void {
  const { members } = changes;
  const { entries } = members;
  const key = rule.path[step] ?? "";
  const isLast = step === rule.path.length - 1;
  for (let entry = place.from; entry < place.end; entry = entries[entry + NEXT] ?? place.end) {
    if (!hasKey(members, entry, key)) continue;
    if (!isLast) descend(changes, rule, step + 1, entry);
    else if (rule.action.kind === "drop") remove(changes, entry, place);
    else replaceIn(changes, rule, entry);
  }
}

/** Goes on in an object, or in every object of a list. */
function descend(changes: Changes, rule: Prepared, step: number, entry: number): void {
  const { json, entries } = changes.members;
  const start = entries[entry + VALUE_START] ?? 0;
  const end = entries[entry + NEXT] ?? 0;
  const code = json.charCodeAt(start);
  if (code === OPEN_BRACE) collect(changes, rule, step, { start: start + 1, from: entry + ENTRY, end });
  if (code !== OPEN_BRACKET) return;
  for (let element = entry + ENTRY; element < end; element = entries[element + NEXT] ?? end) {
    descend(changes, rule, step, element);
  }
}

function remove(changes: Changes, entry: number, place: Place): void {
  const removal = changes.removals.get(place.start) ?? { ...place, removed: new Set<number>() };
  removal.removed.add(entry);
  changes.removals.set(place.start, removal);
  changes.count++;
}

/** Replaces a value, or every value in a list. What is no text, as below `unmapped`, becomes one. */
function replaceIn(changes: Changes, rule: Prepared, entry: number): void {
  const { members, orgId } = changes;
  const { json, entries } = members;
  const start = entries[entry + VALUE_START] ?? 0;
  const end = entries[entry + VALUE_END] ?? 0;
  const code = json.charCodeAt(start);
  if (code === OPEN_BRACKET) {
    const next = entries[entry + NEXT] ?? 0;
    for (let element = entry + ENTRY; element < next; element = entries[element + NEXT] ?? next) {
      replaceIn(changes, rule, element);
    }
    return;
  }
  const raw = json.slice(start, end);
  if (raw === "null") return;
  const text = code === QUOTE ? String(valueOf(members, entry)) : raw;
  changes.edits.push({ start, end, text: JSON.stringify(rule.replace(text, orgId)) });
  changes.count++;
}

/** Adds the names of what was changed to `unmapped`, where those of an earlier redaction stay. */
function listed({ members, removals }: Changes, changed: readonly string[], start: number): readonly TextEdit[] {
  const { json, entries } = members;
  const list = JSON.stringify(changed);
  const unmapped = findMember(members, members.start, members.end, "unmapped");
  if (unmapped < 0) return [{ start, end: start, text: `"unmapped":{"redacted":${list}},` }];
  const at = (entries[unmapped + VALUE_START] ?? 0) + 1;
  // An `unmapped` that is no object stays as it is: nothing can be listed in it.
  if (json.charCodeAt(at - 1) !== OPEN_BRACE) return [];
  const from = unmapped + ENTRY;
  const end = entries[unmapped + NEXT] ?? from;
  const before = findMember(members, from, end, "redacted");
  if (before >= 0) {
    const names = valueOf(members, before);
    const all = [...new Set([...(Array.isArray(names) ? names : []), ...changed])];
    return [
      { start: entries[before + VALUE_START] ?? 0, end: entries[before + VALUE_END] ?? 0, text: JSON.stringify(all) },
    ];
  }
  const isEmpty = isEmptied(members, removals.get(at) ?? { start: at, from, end, removed: new Set() });
  return [{ start: at, end: at, text: `"redacted":${list}${isEmpty ? "" : ","}` }];
}
