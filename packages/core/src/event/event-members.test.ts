import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  byteText,
  ENTRY,
  findMember,
  KEY_START,
  NEXT,
  readMembers,
  VALUE_END,
  VALUE_START,
  valueOf,
} from "./event-members.ts";

/** Every member's key, whether it is an element, and its text, in the order of the text. */
function listed(json: string) {
  const members = readMembers(json);
  const all: [string | undefined, string][] = [];
  for (let entry = 0; entry < members.end; entry += ENTRY) {
    const [start = 0, end = 0, from = 0, to = 0] = members.entries.subarray(entry, entry + NEXT);
    all.push([members.entries[entry + KEY_START] === -1 ? undefined : json.slice(start, end), json.slice(from, to)]);
  }
  return all;
}

describe("the members of an event", () => {
  it("are where the text has them", () => {
    expect(listed(' { "a" : 1 , "b":[true,{"c":null}, "x]"],"d":{} } ')).toEqual([
      ["a", "1"],
      ["b", '[true,{"c":null}, "x]"]'],
      [undefined, "true"],
      [undefined, '{"c":null}'],
      ["c", "null"],
      [undefined, '"x]"'],
      ["d", "{}"],
    ]);
  });

  it("say what JSON.parse says", () => {
    const member = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ stringUnit: "grapheme" }));
    fc.assert(
      fc.property(member, fc.constantFrom(undefined, 2), (event, space) => {
        const members = readMembers(byteText(JSON.stringify(event, null, space)));
        for (const [key, value] of Object.entries(event)) {
          const entry = findMember(members, members.start, members.end, byteText(key));
          expect(valueOf(members, entry)).toEqual(JSON.parse(JSON.stringify(value)));
          expect(members.entries[entry + VALUE_END] ?? 0).toBeGreaterThan(members.entries[entry + VALUE_START] ?? 0);
        }
        expect(findMember(members, members.start, members.end, "not there at all")).toBe(-1);
      }),
    );
  });

  it("end with any text", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'{}[]",:\\ an1'.split("")), { maxLength: 60 }), (characters) => {
        expect(() => readMembers(`{${characters.join("")}`)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
