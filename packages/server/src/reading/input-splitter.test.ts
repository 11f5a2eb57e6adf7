import { expect, it } from "vitest";
import type { SplitEvents } from "./event-texts.ts";
import { createInputSplitter } from "./input-splitter.ts";

/** The texts as strings. */
function decoded(texts: SplitEvents["texts"]): string[] {
  return texts.flatMap(({ bytes, ranges }) =>
    ranges.flatMap((start, at) => (at % 2 === 0 ? [bytes.toString("utf8", start, ranges[at + 1])] : [])),
  );
}

function read(text: string, partBytes: number) {
  const splitter = createInputSplitter({ maxEventBytes: 100 });
  const bytes = Buffer.from(text);
  const found = [];
  for (let at = 0; at < bytes.length; at += partBytes) found.push(...splitter.push(bytes.subarray(at, at + partBytes)));
  found.push(...splitter.end());
  return {
    texts: found.flatMap(({ texts }) => decoded(texts)),
    refused: found.flatMap(({ refused }) => refused.length),
    broken: found.at(-1)?.broken,
    isArray: splitter.isArray,
  };
}

it.each([1, 2, 5, 1000])("takes an array's elements, and otherwise lines, in parts of %d bytes", (partBytes) => {
  for (const text of [
    '[{"a":1},{"b":2}]',
    "\n \uFEFF",
    '\uFEFF\r\n [ {"a":1} ,\n{"b":2} ]\n',
    '{"a":1}\n{"b":2}',
    '\uFEFF{"a":1}\n',
  ])
    expect(read(text, partBytes)).toMatchObject({ isArray: text.includes("["), broken: undefined });
  expect(read(" \uFEFF".trimStart() + '[{"a":1},\n{"b":2}]', partBytes).texts).toEqual(['{"a":1}', '{"b":2}']);
  expect(read('{"a":1}\r\n[1]\n\n{"b":2}', partBytes).texts).toEqual(['{"a":1}', "[1]", '{"b":2}']);
  expect(read("", partBytes).texts).toEqual([]);
});

it("says where an array is broken", () => {
  expect(read('[{"a":1} {"b":2}]', 1000)).toMatchObject({
    texts: ['{"a":1}'],
    broken: 'expected "," or "]" at byte 9',
  });
  expect(read('[{"a":1},{"b"', 1000)).toMatchObject({ texts: ['{"a":1}'], broken: "it ends in the middle of a value" });
  expect(read('[{"a":1}]\n[{"b":2}]', 1000).broken).toMatch(/something follows the array/);
});
