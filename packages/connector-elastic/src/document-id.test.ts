import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentId, isPlain } from "./document-id.ts";

const json = '{"class_uid":6003}';

describe("the id of a document", () => {
  it.each(["019bc0d0-0000-7000-8000-000000000001", "x".repeat(512), "é".repeat(256), 'quote " and \\', "\0", " "])(
    "is the event's own where Elasticsearch takes it: %j",
    (id) => {
      expect(documentId({ id, json })).toBe(id);
    },
  );

  it.each([
    ["too long", "x".repeat(513)],
    ["too long in bytes", "é".repeat(257)],
    ["half a surrogate pair", "a\ud800"],
    ["empty", ""],
  ])("is a digest where it is %s", (_, id) => {
    expect(documentId({ id, json })).toMatch(/^sha256-[0-9a-f]{64}$/);
  });

  it("keeps apart what UTF-8 would merge", () => {
    expect(documentId({ id: "\ud800", json })).not.toBe(documentId({ id: "\ud801", json }));
  });

  it("keeps events apart that have no id", () => {
    expect(documentId({ id: "", json })).not.toBe(documentId({ id: "", json: "{}" }));
  });

  it("is short, the same every time, and another one for another id", () => {
    const anyId = fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 500, maxLength: 600 }));
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        const id = documentId({ id: one, json });
        expect(Buffer.byteLength(id)).toBeLessThanOrEqual(512);
        expect(documentId({ id: one, json })).toBe(id);
        expect(documentId({ id: other, json }) === id).toBe(one === other);
      }),
    );
  });

  it("is plain only when it stands in JSON as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (id) => {
        const standsAsItIs = JSON.stringify(id) === `"${id}"` && Buffer.byteLength(id) === id.length;
        expect(isPlain(id)).toBe(standsAsItIs && !id.includes("\x7f"));
      }),
    );
  });
});
