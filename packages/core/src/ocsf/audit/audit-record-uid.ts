import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject, WrittenFloat } from "../json-value.ts";

/**
 * Returns an id for an audit record without one: a UUIDv8 made of SHA-256 over all its fields. Two audit records have
 * the same id exactly if they have the same content: a producer's retry does, in any order of fields; two requests, two
 * rules matching one request, or two login attempts at different times do not. A null field counts as absent.
 */
export function auditRecordUid(auditRecord: JsonObject): string {
  const hash = createHash("sha256")
    .update(`arbitex audit record\n${canonical(auditRecord)}`)
    .digest();
  hash[6] = 0x80 | ((hash[6] ?? 0) & 0x0f);
  hash[8] = 0x80 | ((hash[8] ?? 0) & 0x3f);
  const hex = hash.toString("hex", 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Writes JSON with sorted members. */
function canonical(value: unknown): string {
  // A caller may pass a Date, which has no own members.
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isJsonObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
    const sorted = members.toSorted(([one], [other]) => (one < other ? -1 : 1));
    return `{${sorted.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
  }
  if (value instanceof WrittenFloat) return String(value.value);
  return typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? "null");
}
