import { eventScanner } from "./event-scanner.ts";
import { keyContexts } from "./scan-format.ts";

/** A member of the event whose place the scanner notes. */
interface Field {
  readonly slot: number;
  /** The context of its own members; 0 until a field is among them. */
  context: number;
}

/** Each costs eight bytes of every waiting event. Fields beyond are found without the scanner. */
const MOST_FIELDS = 24;
/** As many bytes as the scanner compares. */
const LONGEST_KEY = 16;
const EVENT = 1;
const FIRST_CONTEXT = 8;

/** By context and key. Kept for as long as the thread lives: events that wait were scanned for them. */
const fields = new Map<string, Field>();
let nextContext = FIRST_CONTEXT;

/** Number of fields that this thread's scanner notes. */
export function fieldCount(): number {
  return fields.size;
}

/**
 * Returns the slot of a field and has this thread's scanner note its place from now on, for a standing filter or
 * redaction. Undefined if the scanner cannot, or notes as many as it may.
 */
export function fieldSlot(path: readonly string[]): number | undefined {
  if (path.length === 0 || !path.every(isComparable) || fields.size + missing(path) > MOST_FIELDS) return undefined;
  const scanner = eventScanner();
  if (scanner === null) return undefined;
  let context = EVENT;
  let slot = 0;
  for (const [step, key] of path.entries()) {
    const field = fieldOf(context, key);
    if (step < path.length - 1 && field.context === 0)
      field.context = keyContexts.get(nameOf(context, key)) ?? nextContext++;
    scanner.addField({ key, context }, { slot: field.slot, inside: field.context });
    ({ slot, context } = field);
  }
  return slot;
}

/** As it is written without escapes. */
function isComparable(key: string): boolean {
  return Buffer.byteLength(key) <= LONGEST_KEY && /^[^"\\\p{Cc}\p{Cs}]+$/u.test(key);
}

/** Returns how many fields of a path have no slot yet. */
function missing(path: readonly string[]): number {
  let context = EVENT;
  for (const [step, key] of path.entries()) {
    const field: Field | undefined = fields.get(nameOf(context, key));
    if (field === undefined) return path.length - step;
    ({ context } = field);
  }
  return 0;
}

function fieldOf(context: number, key: string): Field {
  const name = nameOf(context, key);
  let field = fields.get(name);
  if (field === undefined) {
    field = { slot: fields.size, context: 0 };
    fields.set(name, field);
  }
  return field;
}

function nameOf(context: number, key: string): string {
  return `${context} ${key}`;
}
