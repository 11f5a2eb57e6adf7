import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { LineFraming } from "./splitter.ts";
import { createSplitter } from "./splitter.ts";

const messages = fc.array(fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\n")));

it.each<[LineFraming, (text: string) => string]>([
  ["lf", (text) => `${text}\n`],
  ["octet_counting", (text) => `${Buffer.byteLength(text)} ${text}`],
])("takes messages out of a stream, whatever chunks it comes in: %s", (framing, frame) => {
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sent, sizes) => {
      const stream = Buffer.from(sent.map(frame).join(""));
      const splitter = createSplitter(framing);
      const found: string[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        found.push(...splitter.push(stream.subarray(at, at + size)));
        at += size;
      }
      expect(found).toEqual(sent);
      expect(splitter.waiting).toBe(0);
    }),
  );
});

it("takes lines where counts are expected, and keeps the count where lines are", () => {
  expect(createSplitter("octet_counting").push(Buffer.from("<13>1 - a\n5 hello"))).toEqual(["<13>1 - a", "hello"]);
  expect(createSplitter("lf").push(Buffer.from("5 hello\n"))).toEqual(["5 hello"]);
});
