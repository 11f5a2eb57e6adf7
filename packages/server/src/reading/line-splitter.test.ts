import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RefusedEvent, SplitEvents } from "./event-texts.ts";
import { createLineSplitter } from "./line-splitter.ts";

/** The texts as strings. */
function decoded(texts: SplitEvents["texts"]): string[] {
  return texts.flatMap(({ bytes, ranges }) =>
    ranges.flatMap((start, at) => (at % 2 === 0 ? [bytes.toString("utf8", start, ranges[at + 1])] : [])),
  );
}

interface Split {
  readonly texts: readonly string[];
  readonly lines: readonly number[];
  readonly positions: readonly number[];
  readonly refused: readonly RefusedEvent[];
}

function split(chunks: readonly Buffer[], maxLineBytes = 100): Split {
  const splitter = createLineSplitter({ maxLineBytes });
  const parts = [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()];
  return {
    texts: parts.flatMap(({ texts }) => decoded(texts)),
    lines: parts.flatMap(({ lines }) => lines),
    positions: parts.flatMap(({ positions }) => positions),
    refused: parts.flatMap(({ refused }) => refused),
  };
}

const splitText = (text: string, maxLineBytes?: number) => split([Buffer.from(text)], maxLineBytes);

describe("line splitter", () => {
  it("gives each line without its line end, and the last one also without a line feed", () => {
    expect(splitText('{"a":1}\n{"b":2}\r\n{"c":3}')).toMatchObject({
      texts: ['{"a":1}', '{"b":2}', '{"c":3}'],
      lines: [1, 2, 3],
      positions: [0, 1, 2],
      refused: [],
    });
  });

  it("passes over blank lines, which count as lines but not as events", () => {
    expect(splitText("\n \t\r\n{}\n\n[]\n")).toMatchObject({ texts: ["{}", "[]"], lines: [3, 5], positions: [0, 1] });
  });

  it("passes over a byte order mark", () => {
    expect(splitText("\uFEFF{}\n{}").texts).toEqual(["{}", "{}"]);
  });

  it("refuses a line of more bytes than the limit, and no shorter one", () => {
    const { texts, refused } = splitText(
      `${"x".repeat(10)}\n${"x".repeat(11)}\n${"ä".repeat(6)}\n${"y".repeat(10)}`,
      10,
    );
    expect(texts).toEqual(["x".repeat(10), "y".repeat(10)]);
    expect(refused.map(({ line }) => line)).toEqual([2, 3]);
    expect(refused[0]?.errors[0]).toEqual({
      code: "event_too_large",
      path: "",
      message: "the event has 11 bytes, the limit is 10",
    });
  });

  it("refuses a line that goes on for many chunks and then goes on with the next line", () => {
    const endless = Array.from({ length: 50 }, () => Buffer.alloc(1000, "x"));
    const { texts, refused } = split([...endless, Buffer.from("x\n{}\n")]);
    expect(texts).toEqual(["{}"]);
    expect(refused).toMatchObject([{ line: 1, errors: [{ message: "the event has 50001 bytes, the limit is 100" }] }]);
  });

  it("gives the same events however the bytes are cut into chunks", () => {
    const line = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, "")),
      fc.constantFrom("", "{}", "x".repeat(101), " ", "\uFEFF"),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom("\n", "\r\n"), fc.array(fc.nat(200)), (lines, lineEnd, cuts) => {
        const whole = Buffer.from(lines.join(lineEnd));
        const at = [...cuts.filter((cut) => cut < whole.length), whole.length].toSorted((a, b) => a - b);
        const chunks = at.map((end, index) => whole.subarray(at[index - 1] ?? 0, end));
        const expected = split([whole]);
        const actual = split(chunks);
        expect({ ...actual, refused: actual.refused.map(({ line: number }) => number) }).toEqual({
          ...expected,
          refused: expected.refused.map(({ line: number }) => number),
        });
      }),
    );
  });
});
