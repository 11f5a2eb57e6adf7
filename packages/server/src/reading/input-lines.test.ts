import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InputLine } from "./input-lines.ts";
import { inputLines } from "./input-lines.ts";

async function linesOf(chunks: readonly (Buffer | string)[], maxLineBytes = 1000): Promise<InputLine[]> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: InputLine[] = [];
  for await (const some of inputLines(source(), { maxLineBytes })) lines.push(...some);
  return lines;
}

function text(line: string): InputLine {
  return { kind: "text", text: line };
}

describe("inputLines", () => {
  it.each([
    ["", []],
    ["a", ["a"]],
    ["a\n", ["a"]],
    ["a\n\n", ["a", ""]],
    ["\n", [""]],
    ["\n\na\r\n b", ["", "", "a\r", " b"]],
    ["\ufeffa\n\ufeffb", ["a", "\ufeffb"]],
  ])("finds in %j the lines %j", async (input, lines) => {
    expect(await linesOf([input])).toEqual(lines.map(text));
  });

  it("finds every line, wherever the chunks are cut", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "😀", "\r", " ") });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat({ max: 200 })), async (lines, cuts) => {
        const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(await linesOf(chunks)).toEqual(lines.map(text));
      }),
    );
  });

  it.each([
    ["one chunk", ["ab\nabcdef\ncd\nabcde"]],
    ["several chunks", ["ab\nabc", "de", "f\ncd\nab", "cde"]],
  ])("tells lines that are too long in %s", async (_, chunks) => {
    expect(await linesOf(chunks, 4)).toEqual([
      text("ab"),
      { kind: "too-long", bytes: 6 },
      text("cd"),
      { kind: "too-long", bytes: 5 },
    ]);
  });

  it("tells a line that is not UTF-8 and takes its neighbours", async () => {
    const bytes = Buffer.concat([Buffer.from("a\nb\n"), Buffer.from([0xff, 0x0a]), Buffer.from("c\n")]);
    expect(await linesOf([bytes])).toEqual([text("a"), text("b"), { kind: "not-utf8" }, text("c")]);
  });
});
