import type { JsonObject } from "../json-value.ts";
import { readTime } from "./read-time.ts";

/** Reads the fields of a record and remembers which, so that whatever nobody read can be kept under `unmapped`. */
export interface RecordReader {
  /** The first of these fields that is text with anything in it. A number is read as text. */
  text(...names: string[]): string | undefined;
  /** The first of these fields that is a number. */
  number(...names: string[]): number | undefined;
  /** The first of these fields that is a time, in milliseconds since the epoch. */
  time(...names: string[]): number | undefined;
  /** The field as it is, without counting it as read. */
  peek(name: string): unknown;
  /** Counts fields as read, so that they are not kept. */
  leaveOut(...names: string[]): void;
  /** Fields that were not read and are not null. */
  rest(): Record<string, unknown>;
}

export function readRecord(record: JsonObject): RecordReader {
  const taken = new Set<string>();

  function first<Value>(names: readonly string[], accept: (value: unknown) => Value | undefined): Value | undefined {
    for (const name of names) {
      const value = accept(record[name]);
      if (value === undefined) continue;
      taken.add(name);
      return value;
    }
    return undefined;
  }

  return {
    text: (...names) => first(names, toText),
    number: (...names) =>
      first(names, (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined)),
    time: (...names) => first(names, readTime),
    peek: (name) => record[name],
    leaveOut: (...names) => {
      for (const name of names) taken.add(name);
    },
    rest: () =>
      Object.fromEntries(
        Object.entries(record).filter(([name, value]) => value !== null && value !== undefined && !taken.has(name)),
      ),
  };
}

function toText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
