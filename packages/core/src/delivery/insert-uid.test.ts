import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { insertUid } from "./insert-uid.ts";

describe("insertUid", () => {
  it.each([
    ['{"a":1}', '{"metadata":{"uid":"u"},"a":1}'],
    ["{}", '{"metadata":{"uid":"u"}}'],
    ['{"a":{"metadata":{}},"metadata":{}}', '{"a":{"metadata":{}},"metadata":{"uid":"u"}}'],
    ['{"metadata" : { "version":"1.1.0"}}', '{"metadata" : {"uid":"u", "version":"1.1.0"}}'],
    ['{"x":"\\"metadata\\":{","metadata":{"v":1}}', '{"x":"\\"metadata\\":{","metadata":{"uid":"u","v":1}}'],
    ['[{"metadata":{}}]'.slice(1, -1), '{"metadata":{"uid":"u"}}'],
  ])("turns %s into %s", (given, expected) => {
    expect(insertUid(given, "u")).toBe(expected);
  });

  it("leaves floats and large integers as they were written", () => {
    expect(insertUid('{"lat":39.0,"n":12345678901234567890,"metadata":{}}', "u")).toBe(
      '{"lat":39.0,"n":12345678901234567890,"metadata":{"uid":"u"}}',
    );
  });

  it("adds the one member to any object and changes nothing else", () => {
    const hostile = fc.oneof(fc.json(), fc.constantFrom('"metadata"', '{"metadata":{', "\\", '\\"'));
    const object = fc.dictionary(fc.oneof(fc.string(), fc.constant("metadata_")), hostile);
    fc.assert(
      fc.property(object, fc.boolean(), fc.string({ minLength: 1 }), (members, hasMetadata, uid) => {
        const event: Record<string, unknown> = hasMetadata ? { ...members, metadata: { version: "1.1.0" } } : members;
        const metadata = hasMetadata ? { version: "1.1.0", uid } : { uid };
        for (const indent of [0, 2]) {
          expect(JSON.parse(insertUid(JSON.stringify(event, undefined, indent), uid))).toEqual({ ...event, metadata });
        }
      }),
    );
  });
});
