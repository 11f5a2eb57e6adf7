import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonPatch } from "./json-patch.ts";
import { mergePatches, patchJson } from "./json-patch.ts";

const uid: JsonPatch = { metadata: { uid: '"u"' } };

describe("patchJson", () => {
  it.each([
    ['{"a":1}', '{"metadata":{"uid":"u"},"a":1}'],
    ["{}", '{"metadata":{"uid":"u"}}'],
    ["{ }", '{"metadata":{"uid":"u"} }'],
    ['{"a":{"metadata":{}},"metadata":{}}', '{"a":{"metadata":{}},"metadata":{"uid":"u"}}'],
    ['{"metadata" : { "version":"1.1.0"}}', '{"metadata" : {"uid":"u", "version":"1.1.0"}}'],
    ['{"x":"\\"metadata\\":{","metadata":{"v":1}}', '{"x":"\\"metadata\\":{","metadata":{"uid":"u","v":1}}'],
    ['{"metadata":null,"a":1}', '{"metadata":{"uid":"u"},"a":1}'],
    ['{"metadata":{"uid":null , "v":1}}', '{"metadata":{"uid":"u" , "v":1}}'],
    ['{"metadata":{"uid":""},"metadata":{"uid":"x"}}', '{"metadata":{"uid":""},"metadata":{"uid":"u"}}'],
    ['{"meta\\u0064ata":{}}', '{"meta\\u0064ata":{"uid":"u"}}'],
  ])("turns %s into %s", (given, expected) => {
    expect(patchJson(given, uid)).toBe(expected);
  });

  it("leaves floats and large integers as they were written", () => {
    const patch = { ...uid, lat: "52.0" };
    expect(patchJson('{"lat":39.0,"long":1e2,"n":12345678901234567890,"metadata":{}}', patch)).toBe(
      '{"lat":52.0,"long":1e2,"n":12345678901234567890,"metadata":{"uid":"u"}}',
    );
  });

  it("sets the members asked for in any object and changes nothing else", () => {
    const hostile = fc.oneof(fc.json(), fc.constantFrom('"metadata"', '{"metadata":{', "\\", '\\"', "\\\\"));
    const key = fc.oneof(fc.string(), fc.constantFrom("a", "b", "metadata"));
    const member = fc.oneof(hostile, fc.integer(), fc.constant(null), fc.array(fc.dictionary(key, hostile)));
    const object = fc.dictionary(key, fc.oneof(member, fc.dictionary(key, member)));
    const value = fc.oneof(fc.string(), fc.integer());
    const wanted = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value, { minKeys: 1 })));
    fc.assert(
      fc.property(object, wanted, (given, members) => {
        // A key of this name sets no member where the expectation is made.
        fc.pre(!JSON.stringify([given, members]).includes("__proto__"));
        for (const indent of [0, 2]) {
          const patched: unknown = JSON.parse(patchJson(JSON.stringify(given, undefined, indent), patchOf(members)));
          expect(patched).toEqual(withMembers(given, members));
        }
      }),
    );
  });
});

describe("mergePatches", () => {
  it("keeps what both set, and of one member what the second says", () => {
    const merged = mergePatches({ a: "1", m: { v: "1", w: "2" }, n: { x: "1" } }, { m: { v: "3" }, n: "0", b: "4" });
    expect(merged).toEqual({ a: "1", m: { v: "3", w: "2" }, n: "0", b: "4" });
  });
});

type Members = { readonly [key: string]: unknown };

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function patchOf(members: Members): JsonPatch {
  const entries = Object.entries(members).map(([key, value]) => {
    return [key, isMembers(value) ? patchOf(value) : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(entries);
}

function withMembers(given: Members, members: Members): Members {
  const entries = Object.entries(members).map(([key, value]) => {
    const there = given[key];
    return [key, isMembers(value) && isMembers(there) ? { ...there, ...value } : value] as const;
  });
  return { ...given, ...Object.fromEntries(entries) };
}
