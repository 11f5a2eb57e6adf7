import { describe, expect, it } from "vitest";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { filled, overridden } from "./strings.ts";

/** Each text by its place. */
function textsOf(strings: object, place = ""): [string, string][] {
  return Object.entries(strings).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    if (typeof value === "string") return [[`${place}${key}`, value]];
    return typeof value === "object" && value !== null ? textsOf(value, `${place}${key}.`) : [];
  });
}

function valuesIn(text: string): string[] {
  return [...text.matchAll(/\{\w+\}/g)].map(String).toSorted();
}

describe("the texts", () => {
  it("are the same in both languages, with the same values in them", () => {
    const german = new Map(textsOf(de));
    for (const [place, text] of textsOf(en)) {
      expect(valuesIn(german.get(place) ?? "missing"), place).toEqual(valuesIn(text));
    }
    expect(german.size).toBe(textsOf(en).length);
  });

  it("take values, and leave alone what has none", () => {
    expect(filled("{n} of {m}", { n: 3 })).toBe("3 of {m}");
  });

  it("can be set by an embedding page, one by one", () => {
    const strings = overridden(en, { product: "Acme", nav: { connect: "Add" } });
    expect([strings.product, strings.nav.connect, strings.nav.overview]).toEqual(["Acme", "Add", "Destinations"]);
  });
});
