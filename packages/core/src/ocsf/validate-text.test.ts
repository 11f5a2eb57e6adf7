import { describe, expect, it } from "vitest";
import { validateLine, validateText } from "./validate-text.ts";

const core = `"class_uid":6003,"category_uid":6,"activity_id":1,"type_uid":600301,"severity_id":1,"api":{"operation":"x"},
  "metadata":{"version":"1.1.0","product":{"vendor_name":"Arbitex","name":"Arbitex"}},"actor":{"user":{"uid":"u"}}`;

function judge(rest: string): string[] {
  return validateLine(`{${core},${rest}}`).errors.map(({ code, path }) => `${code} ${path}`);
}

const endpoint = (coordinates: string) =>
  `"time":1,"src_endpoint":{"ip":"1.2.3.4","location":{"coordinates":[${coordinates}]}}`;

describe("validateText", () => {
  it.each(["39.0, 1.5", "39e0,1E1", "-0.0,1.0e2", "3900e-2 , 0.00"])("takes %s for floats", (numbers) => {
    expect(judge(endpoint(numbers))).toEqual([]);
  });

  it("takes numbers without point and exponent for integers", () => {
    expect(judge(endpoint("39, 1.5, -0"))).toEqual([
      "attribute_wrong_type src_endpoint.location.coordinates[0]",
      "attribute_wrong_type src_endpoint.location.coordinates[2]",
    ]);
  });

  it("takes a float for no integer and for no enum value, even when it is whole", () => {
    const rest = `"src_endpoint":{"ip":"1.2.3.4"}`;
    expect(judge(`"time":1.0,"status_id":1.0,${rest}`)).toEqual([
      "attribute_wrong_type status_id",
      "attribute_wrong_type time",
      "attribute_enum_value_unknown status_id",
    ]);
  });

  it("sees integers to the digit", () => {
    const rest = `"src_endpoint":{"ip":"1.2.3.4"},"time":1`;
    expect(judge(`"count":9223372036854775807,${rest}`)).toEqual([]);
    expect(judge(`"count":9223372036854775808,${rest}`)).toEqual(["attribute_wrong_type count"]);
  });
});

describe("validateLine", () => {
  it.each(["", "not json", '{"class_uid":1', '{"a":"\\ud800"}', '{"a":1e400}', "{'a':1}", "NaN"])(
    "calls %j no JSON",
    (line) => {
      expect(validateLine(line)).toEqual({ errors: [{ code: "json_invalid", path: "" }], warnings: [] });
    },
  );

  it.each(["[]", "5", '"x"', "null", "1.0", "[1.0]"])("calls %s no object", (line) => {
    expect(validateLine(line)).toEqual({ errors: [{ code: "not_an_object", path: "" }], warnings: [] });
  });

  it("prints codes and paths only", () => {
    expect(validateLine('{"class_uid":1}')).toEqual({
      errors: [{ code: "class_uid_unknown", path: "class_uid" }],
      warnings: [],
    });
    expect(validateText('{"class_uid":1}').errors[0]?.message).toContain("no class 1");
  });
});
