import type { Encoded, EventRecord } from "@arbitex/core";
import { flattenedFields } from "@arbitex/core";

/** VictoriaLogs' `-insert.maxFieldsPerLine`, unless changed. */
const MAX_FIELDS = 1000;
/** `"":0,`: a shorter event cannot have so many. */
const LEAST_BYTES_OF_A_FIELD = 5;

/** Encodes with `encode`, but refuses an event that VictoriaLogs would drop behind an answer of success. */
export function refuseDropped(
  encode: (record: EventRecord) => Encoded,
  envelopeFields: number,
): (record: EventRecord) => Encoded {
  return (record) => {
    if (record.json.length > (MAX_FIELDS - envelopeFields) * LEAST_BYTES_OF_A_FIELD) {
      const fields = flattenedFields(record.event()) + envelopeFields;
      if (fields > MAX_FIELDS) {
        throw new Error(
          `VictoriaLogs drops events of more than ${MAX_FIELDS} fields without a word, and this has ${fields}`,
        );
      }
    }
    return encode(record);
  };
}
