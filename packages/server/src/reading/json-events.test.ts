import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonEvents } from "./json-events.ts";

function read(body: string | Buffer, maxEventBytes = 100) {
  const events = jsonEvents(Buffer.from(body), { maxEventBytes });
  if (events.kind === "broken") return events.reason;
  return {
    texts: events.batches.flatMap(({ texts }) => texts),
    refused: events.batches.flatMap(({ refused }) => refused),
  };
}

describe("events of a JSON body", () => {
  it("gives one object its own bytes, over however many lines it goes", () => {
    const pretty = '{\n  "score": 39.0,\n  "id": 12345678901234567890\n}';
    expect(read(`\uFEFF  ${pretty}\n`)).toEqual({ texts: [pretty], refused: [] });
  });

  it("cuts an array into its elements, whose bytes stay as they were", () => {
    expect(read(' [ {"a": 1.0} , {"b":"],[{\\""},\n{"c":[1,{"d":[]}]} ] ')).toEqual({
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
    expect(read('{"a":1}\n{"b":\n{"c":3}\n')).toMatchObject({ texts: ['{"a":1}', '{"b":', '{"c":3}'] });
  });

  it("refuses an element that is too large or not UTF-8, and takes the others", () => {
    const bad = Buffer.from([0x22, 0xff, 0x22]);
    const body = Buffer.concat([Buffer.from(`["${"x".repeat(101)}",`), bad, Buffer.from(",{}]")]);
    expect(read(body)).toMatchObject({
      texts: ["{}"],
      refused: [
        { position: 0, errors: [{ code: "event_too_large" }] },
        { position: 1, errors: [{ code: "text_invalid" }] },
      ],
    });
  });

  it.each([
    ['[{"a":1}', "it ends in the middle of a value"],
    ['[{"a":1},', "it ends in the middle of a value"],
    ['{"a":"b', "it ends in the middle of a value"],
    ['[{"a":1} {"b":2}]', 'expected "," or "]" at byte 9'],
    ["[{},,{}]", "an element is missing at byte 4"],
    ["[{}] []", "something follows the array, at byte 5"],
    ['{"a":1} {"b":2}', "something follows the first value, at byte 8"],
    ['{\n"a":1}\n{"b":2}', "something follows the first value, at byte 9"],
  ])("says why %s cannot be told apart into events", (body, reason) => {
    expect(read(body)).toBe(reason);
  });

  it("cuts every array as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (values, indent) => {
        const result = read(JSON.stringify(values, undefined, indent), 1_000_000);
        expect(typeof result === "string" ? result : result.texts.map((text): unknown => JSON.parse(text))).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
    );
  });
});
