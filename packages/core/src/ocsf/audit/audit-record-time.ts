import { clip } from "../clip.ts";
import type { JsonObject } from "../json-value.ts";
import { readTime } from "./read-time.ts";
import { plainText } from "./audit-record-values.ts";

export type AuditRecordTime =
  | {
      readonly kind: "read";
      readonly time: number;
      /** As the audit record wrote it, where that is not `time` itself. */
      readonly original: string | undefined;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly field: string; readonly value: string };

/** `docs/ocsf.md` names them. */
export const timeFields = ["timestamp", "created_at", "time", "event_time", "occurred_at", "@timestamp", "ts"] as const;

/** When an audit record's action happened: the first of the fields for it that can be read. */
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
