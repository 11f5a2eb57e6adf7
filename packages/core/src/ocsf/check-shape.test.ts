import { describe, expect, it } from "vitest";
import { checkShape } from "./check-shape.ts";
import { validate } from "./validate.ts";

const event = {
  class_uid: 6003,
  category_uid: 6,
  activity_id: 1,
  type_uid: 600301,
  severity_id: 1,
  time: 1,
  metadata: {},
};

function codes(value: unknown, required?: "core" | "least"): string[] {
  return checkShape(value, required).map(({ code, path }) => `${code} ${path}`.trim());
}

describe("checkShape", () => {
  it("returns the same empty array for every event that passes", () => {
    expect(checkShape(event)).toHaveLength(0);
    expect(checkShape(event)).toBe(checkShape({ ...event }, "least"));
  });

  it("asks for the core and its types", () => {
    expect(codes({})).toEqual([
      "attribute_required_missing class_uid",
      "attribute_required_missing category_uid",
      "attribute_required_missing activity_id",
      "attribute_required_missing type_uid",
      "attribute_required_missing severity_id",
      "attribute_required_missing time",
      "attribute_required_missing metadata",
    ]);
    expect(codes({ ...event, time: 1.5, class_uid: null, metadata: [] })).toEqual([
      "attribute_wrong_type class_uid",
      "attribute_wrong_type time",
      "attribute_wrong_type metadata",
    ]);
  });

  it("asks for class and time only when the least is required, and still for the types of the rest", () => {
    expect(codes({ class_uid: 6003, time: 1, severity_id: null }, "least")).toEqual([]);
    expect(codes({ class_uid: 6003, severity_id: "1", metadata: "x" }, "least")).toEqual([
      "attribute_wrong_type severity_id",
      "attribute_required_missing time",
      "attribute_wrong_type metadata",
    ]);
  });

  it.each([null, undefined, 5, "x", [event]])("calls %j no object", (value) => {
    expect(codes(value)).toEqual(["not_an_object"]);
  });

  it("finds nothing that the full validation would not find", () => {
    for (const key of Object.keys(event)) {
      for (const value of [undefined, null, "x", 1.5, [], true]) {
        const changed = { ...event, [key]: value };
        const full = new Set(validate(changed).errors.map(({ code, path }) => `${code} ${path}`));
        for (const found of codes(changed)) expect(full).toContain(found);
      }
    }
  });
});
