import type { AcceptedEvent } from "../event/accepted-event.ts";
import type { ByteEdit } from "../event/byte-edit.ts";
import { fieldSlot } from "../event/scan/field-plan.ts";
import { FIELD, fieldEnd, fieldForm, fieldStart, fieldText } from "../event/scan/field-value.ts";
import type { FieldPlaces } from "../event/scan/scanned-event.ts";
import { fieldPlaces } from "../event/scan/scanned-event.ts";
import { removedField } from "./remove-field.ts";
import type { RedactRule } from "./redact-rule.ts";
import type { Replace } from "./replace-value.ts";

/** A rule with what it writes. */
export interface PreparedRule extends RedactRule {
  /** The path as it is named; `path` has the names as events' bytes have them. */
  readonly steps: readonly string[];
  readonly replace: Replace;
  /** What it writes whatever the value, as JSON; undefined if that depends on the value. */
  readonly constant: string | undefined;
  readonly name: string;
}

interface FieldRule {
  readonly rule: PreparedRule;
  readonly slot: number;
  /** Length of the last step's key in bytes. */
  readonly keyBytes: number;
}

/** Returns the edits of an event, in order and apart; undefined where its members must be gone through. */
export type FieldEdits = (record: AcceptedEvent) => readonly ByteEdit[] | undefined;

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
const none: readonly ByteEdit[] = [];

/**
 * Returns the edits of these rules by what the scanner noted of the event, without going through its members. Undefined
 * if the scanner cannot note them all, or a rule may change more than one value.
 */
export function createFieldEdits(prepared: readonly PreparedRule[]): FieldEdits | undefined {
  if (!prepared.every(isSimple) || haveCommonParent(prepared.filter(({ action }) => action.kind === "drop")))
    return undefined;
  const rules: FieldRule[] = [];
  for (const rule of prepared) {
    const slot = fieldSlot(rule.steps);
    if (slot === undefined) return undefined;
    rules.push({ rule, slot, keyBytes: Buffer.byteLength(rule.steps.at(-1) ?? "") });
  }
  const unmapped = fieldSlot(["unmapped"]);
  const redacted = fieldSlot(["unmapped", "redacted"]);
  if (unmapped === undefined || redacted === undefined) return undefined;
  const allNames = JSON.stringify(prepared.map(({ name }) => name));

  return (record) => {
    const fields = fieldPlaces(record);
    if (fields === undefined || fieldForm(fields, redacted) !== FIELD.absent) return undefined;
    const { orgId } = record;
    const edits: ByteEdit[] = [];
    let changed = 0;
    for (const { rule, slot, keyBytes } of rules) {
      const form = fieldForm(fields, slot);
      if (form === FIELD.container) return undefined;
      if (form === FIELD.absent) continue;
      if (rule.action.kind === "drop") edits.push(removedField(fields, slot, rule.steps.length, keyBytes));
      else if (form === FIELD.none) continue;
      else edits.push(replacedField(fields, slot, rule, orgId));
      changed++;
    }
    if (changed === 0) return none;
    const names = changed === rules.length ? allNames : namesOf(rules, fields);
    const listed = listing(fields, unmapped, names);
    if (listed !== undefined) edits.unshift(listed);
    return sorted(edits);
  };
}

/** A member of `unmapped` may be the last that is left there, beside which the list is written differently. */
function isSimple({ action, steps }: PreparedRule): boolean {
  return action.kind !== "drop" || steps[0] !== "unmapped" || steps.length > 2;
}

/** Members of one object that stand beside each other are left out together. */
function haveCommonParent(rules: readonly PreparedRule[]): boolean {
  return new Set(rules.map(({ steps }) => steps.slice(0, -1).join("."))).size < rules.length;
}

function replacedField(fields: FieldPlaces, slot: number, rule: PreparedRule, orgId: string | null): ByteEdit {
  const form = fieldForm(fields, slot);
  const isText = form === FIELD.text || form === FIELD.escapedText;
  const start = fieldStart(fields, slot);
  const end = fieldEnd(fields, slot);
  if (rule.constant !== undefined) return { start, end, text: rule.constant, moves: isText };
  const value = isText
    ? fieldText(fields, slot)
    : fields.bytes.toString("latin1", fields.start + start, fields.start + end);
  const text = JSON.stringify(rule.replace(value, orgId));
  return { start, end, text, moves: isText && Buffer.byteLength(text) === text.length };
}

/** Names of the rules that change something, where some do not. */
function namesOf(rules: readonly FieldRule[], fields: FieldPlaces): string {
  const changing = rules.filter(({ rule, slot }) => {
    const form = fieldForm(fields, slot);
    return form !== FIELD.absent && (form !== FIELD.none || rule.action.kind === "drop");
  });
  return JSON.stringify(changing.map(({ rule }) => rule.name));
}

/** Adds the names to `unmapped`. One that is no object stays as it is: nothing can be listed in it. */
function listing(fields: FieldPlaces, unmapped: number, names: string): ByteEdit | undefined {
  const moves = Buffer.byteLength(names) === names.length;
  if (fieldForm(fields, unmapped) === FIELD.absent) {
    return { start: 1, end: 1, text: `"unmapped":{"redacted":${names}},`, moves };
  }
  const { bytes, start } = fields;
  const at = fieldStart(fields, unmapped) + 1;
  if (bytes[start + at - 1] !== OPEN_BRACE) return undefined;
  let next = start + at;
  while ((bytes[next] ?? 0) <= SPACE) next++;
  return { start: at, end: at, text: `"redacted":${names}${bytes[next] === CLOSE_BRACE ? "" : ","}`, moves };
}

/** Sorts a few edits; undefined if two of them overlap. */
function sorted(edits: ByteEdit[]): readonly ByteEdit[] | undefined {
  if (edits.length > 2 || (edits[0]?.start ?? 0) > (edits[1]?.start ?? 0))
    edits.sort((one, other) => one.start - other.start);
  let at = 0;
  for (const { start, end } of edits) {
    if (start < at) return undefined;
    at = end;
  }
  return edits;
}
