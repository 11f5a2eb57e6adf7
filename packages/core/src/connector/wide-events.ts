import type { EventRecord } from "./event-record.ts";
import type { Encoded } from "./encoded.ts";

/** The most fields an event may have in a SIEM. */
export interface FieldLimit {
  /** Name of the SIEM whose limit this is. */
  readonly siem: string;
  readonly maxFields: number;
  /** Number of fields that the encoder adds to those of the event. */
  readonly ownFields: number;
}

/** `"":0,` is the shortest text of one field. */
const LEAST_FIELD_BYTES = 5;

/**
 * Wraps `encode` and throws for an event with more fields than the SIEM keeps. For a SIEM that answers success and
 * drops such an event: as a dead letter it stays accounted for.
 */
export function refuseWideEvents(
  encode: (record: EventRecord) => Encoded,
  { siem, maxFields, ownFields }: FieldLimit,
): (record: EventRecord) => Encoded {
  const most = maxFields - ownFields;
  return (record) => {
    // Shorter events cannot have that many fields.
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
 * Counts the fields of an event in a store without nesting. Each value at the end of a path of objects is one, an array
 * is one, and null is none.
 */
export function flattenedFields(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value !== "object" || Array.isArray(value)) return 1;
  let fields = 0;
  for (const member of Object.values(value)) fields += flattenedFields(member);
  return fields;
}
