import { describe, expect, it } from "vitest";
import { createEventRecord } from "../delivery/intake/accept-event.ts";
import { flattenedFields, refuseWideEvents } from "./wide-events.ts";

describe("flattenedFields", () => {
  it.each<[unknown, number]>([
    [{}, 0],
    [{ a: 1, b: "x", c: false }, 3],
    [{ a: { b: { c: 1, d: 2 } }, e: 3 }, 3],
    [{ a: [{ b: 1 }, { c: 2 }], d: [] }, 2],
    [{ a: null, b: { c: null } }, 0],
  ])("counts the fields of %j", (event, fields) => {
    expect(flattenedFields(event)).toBe(fields);
  });
});

describe("refuseWideEvents", () => {
  const unmapped = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, at]));
  const record = createEventRecord({ class_uid: 3002, time: 1_790_000_000_000, metadata: { uid: "u" }, unmapped });
  const fields = flattenedFields(record.event());

  it("encodes an event that has as many fields as may be", () => {
    expect(withLimit(fields + 2)(record)).toBe(record.json);
  });

  it("refuses one with a field more, and says whose limit it is", () => {
    expect(() => withLimit(fields + 1)(record)).toThrow(
      `Acme drops events of more than ${fields + 1} fields without a word, and this has ${fields}`,
    );
  });
});

function withLimit(maxFields: number) {
  return refuseWideEvents(({ json }) => json, { siem: "Acme", maxFields, ownFields: 2 });
}
