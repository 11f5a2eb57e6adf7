import type { EventRecord } from "./event-record.ts";
import type { Encoded } from "./encoded.ts";

export interface FieldLimit {
  /** Whose limit it is. */
  readonly siem: string;
  readonly maxFields: number;
  /** Fields that the encoder adds to those of the event. */
  readonly ownFields: number;
}

/** `"":0,`: no shorter text holds a field. */
const LEAST_FIELD_BYTES = 5;

/**
 * Encodes with `encode`, but refuses an event that becomes more fields than its SIEM keeps. For a SIEM that takes such an
 * event, says that all is well and drops it: dead-lettered it is at least accounted for.
 */
export function refuseWideEvents(
  encode: (record: EventRecord) => Encoded,
  { siem, maxFields, ownFields }: FieldLimit,
): (record: EventRecord) => Encoded {
  const most = maxFields - ownFields;
  return (record) => {
    // Only events that are long enough to have so many are looked into.
    if (record.json.length > most * LEAST_FIELD_BYTES) {
      const fields = flattenedFields(record.event());
      if (fields > most) {
        throw new Error(`${siem} drops events of more than ${maxFields} fields without a word, and this has ${fields}`);
      }
    }
    return encode(record);
  };
}

/**
 * How many fields an event becomes in a store that knows no nesting: each value at the end of a path of objects is one, an
 * array is one whatever it holds, and null is none.
 */
export function flattenedFields(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value !== "object" || Array.isArray(value)) return 1;
  let fields = 0;
  for (const member of Object.values(value)) fields += flattenedFields(member);
  return fields;
}
