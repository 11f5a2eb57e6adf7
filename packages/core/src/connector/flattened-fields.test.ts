import { expect, it } from "vitest";
import { flattenedFields } from "./flattened-fields.ts";

it.each<[unknown, number]>([
  [{}, 0],
  [{ a: 1, b: "x", c: false }, 3],
  [{ a: { b: { c: 1, d: 2 } }, e: 3 }, 3],
  [{ a: [{ b: 1 }, { c: 2 }], d: [] }, 2],
  [{ a: null, b: { c: null } }, 0],
])("counts the fields of %j", (event, fields) => {
  expect(flattenedFields(event)).toBe(fields);
});
