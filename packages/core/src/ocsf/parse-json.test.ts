import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WrittenFloat } from "./json-value.ts";
import { parseJson } from "./parse-json.ts";

describe("parseJson", () => {
  it("reads what JSON.parse reads, also on the careful path", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const careful = parseJson(`{"float":1.0,"rest":${text}}`);
        expect(JSON.stringify(careful, flatten)).toBe(JSON.stringify({ float: 1, rest: JSON.parse(text) }));
      }),
    );
  });

  it("keeps a member named __proto__ a member", () => {
    const parsed = parseJson('{"__proto__":{"a":1.0}}');
    expect(Object.keys(parsed ?? {})).toEqual(["__proto__"]);
  });

  it("tells floats and large integers from what a number holds", () => {
    expect(parseJson("[1.0, 1e2, 1.5, 7, 12345678901234567890]")).toEqual([
      new WrittenFloat(1),
      new WrittenFloat(100),
      1.5,
      7,
      12345678901234567890n,
    ]);
  });

  it("is not misled by quotes, escapes and numbers inside text", () => {
    const value = { 'a"b\\': '\\" ,1.0:[2e5', "c,1.0": ["\\\\", '"'] };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
    expect(parseJson(JSON.stringify({ ...value, n: 1.5, m: 2e300 }))).toEqual({
      ...value,
      n: 1.5,
      m: new WrittenFloat(2e300),
    });
  });
});

function flatten(_: string, value: unknown): unknown {
  if (value instanceof WrittenFloat) return value.value;
  return typeof value === "bigint" ? Number(value) : value;
}
