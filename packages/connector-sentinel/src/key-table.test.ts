import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createKeyTable } from "./key-table.ts";

it("finds each of its keys wherever it stands, and nothing else", () => {
  const words = fc.uniqueArray(fc.string({ unit: "grapheme-ascii" }), { maxLength: 60 });
  fc.assert(
    fc.property(words, fc.string({ unit: "grapheme-ascii" }), (keys, other) => {
      const table = createKeyTable(keys.map((key) => [key, key]));
      for (const key of [...keys, other]) {
        const bytes = Buffer.from(`"${key}":`);
        expect(table.find(bytes, 1, bytes.length - 2)).toBe(keys.includes(key) ? key : undefined);
      }
    }),
  );
});
