import { isWrittenAsInteger, WrittenFloat } from "../json-value.ts";
import type { DataType } from "../schema/data-types.ts";
import { addError, addWarning, addWrongType, type Findings } from "./findings.ts";

/** Checks one value by its data type: type, range, length and pattern. */
export function judgeScalar(findings: Findings, value: unknown, type: DataType, path: string): void {
  switch (type.primitive) {
    case "string":
      if (typeof value === "string") judgeText(findings, value, type, path);
      else wrongType(findings, value, type, path);
      return;
    case "integer":
      if (isInteger(value)) judgeRange(findings, value, type, path);
      else wrongType(findings, value, type, path);
      return;
    case "long":
      if (!isLong(value)) wrongType(findings, value, type, path);
      return;
    case "boolean":
      if (typeof value !== "boolean") wrongType(findings, value, type, path);
      return;
    case "float":
      if (!isFloat(value)) wrongType(findings, value, type, path);
      return;
    case "json":
      return;
    default:
      type.primitive satisfies never;
  }
}

const integerLimit = 2n ** 63n;
const longLimit = 2n ** 127n;

/**
 * Returns whether a value is a 64-bit integer. Numbers are judged as JSON would write them; a `bigint` is an integer
 * that a number cannot hold.
 */
export function isInteger(value: unknown): value is number | bigint {
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 2 ** 63;
  return typeof value === "bigint" && value >= -integerLimit && value < integerLimit;
}

/** Returns whether a value is a 128-bit integer, more than numbers without an exponent reach. */
function isLong(value: unknown): boolean {
  if (typeof value === "number") return isWrittenAsInteger(value);
  return typeof value === "bigint" && value >= -longLimit && value < longLimit;
}

function isFloat(value: unknown): boolean {
  return typeof value === "number" ? !isWrittenAsInteger(value) : value instanceof WrittenFloat;
}

function wrongType(findings: Findings, value: unknown, type: DataType, path: string): void {
  const expected = type.primitive === "float" ? `${type.name}, written with a point or an exponent` : type.name;
  addWrongType(findings, path, value, expected);
}

function judgeRange(findings: Findings, value: number | bigint, { range, name }: DataType, path: string): void {
  if (range === undefined || (value >= range[0] && value <= range[1])) return;
  const message = `${path} must be from ${range[0]} to ${range[1]}, the range of ${name}.`;
  addError(findings, "attribute_value_exceeds_range", path, message);
}

function judgeText(findings: Findings, value: string, type: DataType, path: string): void {
  const { maxLength, regex } = type;
  if (maxLength !== undefined && value.length > maxLength.limit && countClusters(value) > maxLength.limit) {
    const code = maxLength.isOwn ? "attribute_value_exceeds_max_len" : "attribute_value_exceeds_super_type_max_len";
    addError(findings, code, path, `${path} is longer than ${maxLength.limit} characters, the limit of ${type.name}.`);
  }
  if (regex !== undefined && !regex.test(isAscii(value) ? value : utf8AsLatin1(value))) {
    addWarning(findings, "attribute_value_regex_not_matched", path, `${path} does not look like ${type.name}.`);
  }
}

// The official limit counts grapheme clusters, which never outnumber UTF-16 units: this slow count is for long text
// only. Creating a segmenter takes milliseconds, so it waits for the first such text.
let segmenter: Intl.Segmenter | undefined;

function countClusters(value: string): number {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  let count = 0;
  for (const _ of segmenter.segment(value)) count += 1;
  return count;
}

function isAscii(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) if (value.charCodeAt(at) > 0x7f) return false;
  return true;
}

// The official patterns match bytes: an accented letter has two, and "." matches one.
function utf8AsLatin1(value: string): string {
  return Buffer.from(value, "utf8").toString("latin1");
}
