import { clip } from "../clip.ts";
import type { JsonObject } from "../json-value.ts";
import { readTime } from "./read-time.ts";
import { plainText } from "./audit-record-values.ts";

export type AuditRecordTime =
  | {
      readonly kind: "read";
      readonly time: number;
      /** Time as written, if it differs from `time`. */
      readonly original: string | undefined;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly field: string; readonly value: string };

/** Fields for the time, in order of preference, as in `docs/ocsf.md`. */
export const timeFields = ["timestamp", "created_at", "time", "event_time", "occurred_at", "@timestamp", "ts"] as const;

/** Returns the time of an audit record: the first of its time fields that can be read. */
export function auditRecordTime(auditRecord: JsonObject): AuditRecordTime {
  const given = timeFields.filter((field) => isGiven(auditRecord[field]));
  for (const field of given) {
    const time = readTime(auditRecord[field]);
    if (time === undefined) continue;
    const text = plainText(auditRecord[field]);
    return { kind: "read", time, original: text === String(time) ? undefined : text };
  }
  const [field] = given;
  if (field === undefined) return { kind: "missing" };
  return { kind: "unreadable", field, value: clip(plainText(auditRecord[field]) ?? typeof auditRecord[field], 60) };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
