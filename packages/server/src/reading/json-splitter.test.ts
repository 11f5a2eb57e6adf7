import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SplitEvents } from "./event-texts.ts";
import { createJsonSplitter } from "./json-splitter.ts";

/** The texts as strings. */
function decoded(texts: SplitEvents["texts"]): string[] {
  return texts.flatMap(({ bytes, ranges }) =>
    ranges.flatMap((start, at) => (at % 2 === 0 ? [bytes.toString("utf8", start, ranges[at + 1])] : [])),
  );
}

/** The body in parts of so many bytes. */
function read(body: string | Buffer, { maxEventBytes = 100, partBytes = 1_000_000 } = {}) {
  const splitter = createJsonSplitter({ maxEventBytes });
  const bytes = Buffer.from(body);
  const found = [];
  for (let at = 0; at < bytes.length; at += partBytes) found.push(...splitter.push(bytes.subarray(at, at + partBytes)));
  found.push(...splitter.end());
  return {
    texts: found.flatMap(({ texts }) => decoded(texts)),
    positions: found.flatMap(({ positions }) => positions),
    refused: found.flatMap(({ refused }) => refused),
    broken: found.at(-1)?.broken,
  };
}

describe("events of a JSON body", () => {
  it("gives one object its own bytes, over however many lines it goes", () => {
    const pretty = '{\n  "score": 39.0,\n  "id": 12345678901234567890\n}';
    expect(read(`\uFEFF  ${pretty}\n`)).toMatchObject({ texts: [pretty], refused: [] });
  });

  it("cuts an array into its elements, whose bytes stay as they were", () => {
    expect(read(' [ {"a": 1.0} , {"b":"],[{\\""},\n{"c":[1,{"d":[]}]} ] ')).toMatchObject({
      texts: ['{"a": 1.0}', '{"b":"],[{\\""}', '{"c":[1,{"d":[]}]}'],
      refused: [],
    });
  });

  it("gives scalars as they are, for the host to refuse", () => {
    expect(read('[1,null,"a",[{}]]')).toMatchObject({ texts: ["1", "null", '"a"', "[{}]"] });
    expect(read("true")).toMatchObject({ texts: ["true"] });
  });

  it("holds no event when it is blank or an empty array", () => {
    expect(read(" \n")).toMatchObject({ texts: [] });
    expect(read("[ ]")).toMatchObject({ texts: [] });
  });

  it("reads an object on each line as such", () => {
    expect(read('{"a":1}\n{"b":\n{"c":3}\n')).toMatchObject({
      texts: ['{"a":1}', '{"b":', '{"c":3}'],
      positions: [0, 1, 2],
    });
    const long = `{"a":"${"x".repeat(100)}"}`;
    expect(read(`${long}\n{}\n`)).toMatchObject({ texts: ["{}"], positions: [1], refused: [{ position: 0 }] });
  });

  it("refuses an element that is too large, and takes the others", () => {
    expect(read(`["${"x".repeat(101)}",{}]`)).toMatchObject({
      texts: ["{}"],
      refused: [{ position: 0, errors: [{ code: "event_too_large" }] }],
    });
  });

  it("gives a large body in parts of five hundred events", () => {
    const parts = [...createJsonSplitter({ maxEventBytes: 100 }).push(Buffer.from(`[${"{},".repeat(1250)}{}]`))];
    expect(parts.map(({ positions }) => positions.length)).toEqual([500, 500, 251]);
  });

  it.each([
    ['[{"a":1}', "it ends in the middle of a value"],
    ['[{"a":1},', "it ends in the middle of a value"],
    ['{"a":"b', "it ends in the middle of a value"],
    ['[{"a":1} {"b":2}]', 'expected "," or "]" at byte 9'],
    ["[{},,{}]", "an element is missing at byte 4"],
    ["[{}] []", "something follows the array, at byte 5"],
    ["[{},]", "an element is missing at byte 4"],
    ["[", "it ends in the middle of a value"],
    [Buffer.from([0xef, 0x7b, 0x7d]), "it begins with a part of a byte order mark"],
    ['{"a":1} {"b":2}', "something follows the first value, at byte 8"],
    ['{\n"a":1}\n{"b":2}', "something follows the first value, at byte 9"],
  ])("says why %s cannot be told apart into events", (body, reason) => {
    expect(read(body).broken).toBe(reason);
    expect(read(body, { partBytes: 1 }).broken).toBe(reason);
  });

  it("gives the elements before the place at which an array is broken, and nothing of a value that something follows", () => {
    expect(read('[{"a":1},{"b":2},,{"c":3}]')).toMatchObject({ texts: ['{"a":1}', '{"b":2}'] });
    expect(read('{"a":1} {"b":2}')).toMatchObject({ texts: [] });
  });

  it("cuts every array as JSON.parse does, into whatever parts it comes", () => {
    const values = fc.array(fc.jsonValue());
    fc.assert(
      fc.property(values, fc.constantFrom(0, 2), fc.integer({ min: 1, max: 40 }), (given, indent, partBytes) => {
        const result = read(JSON.stringify(given, undefined, indent), { maxEventBytes: 1_000_000, partBytes });
        expect(result.broken).toBeUndefined();
        expect(result.positions).toEqual(given.map((_, index) => index));
        expect(result.texts.map((text): unknown => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  it("reads whatever bytes in parts as it reads them whole", () => {
    const tokens = ["{", "}", "[", "]", ",", '"', "\\", "\n", " ", "1", "é", '{"a":1}', "\uFEFF"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens)), fc.integer({ min: 1, max: 5 }), (given, partBytes) => {
        expect(read(given.join(""), { partBytes })).toEqual(read(given.join("")));
      }),
    );
  });
});
