import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { createLiveArea } from "./live-area.ts";
import { bytesText, counted, roughly } from "./numbers.ts";
import { paintFor, printable } from "./paint.ts";
import { createRateMeter } from "./rate-meter.ts";
import { tableLines } from "./table.ts";

const screen = { isTTY: true, columns: 80, rows: 5, write: () => true };
const colours = paintFor(screen, {});

describe("paint", () => {
  it("colours on a terminal, and nowhere that asks for none", () => {
    expect(colours("red", "x")).toBe("\u001B[31mx\u001B[39m");
    expect(paintFor(screen, { NO_COLOR: "1" })("red", "x")).toBe("x");
    expect(paintFor(screen, { TERM: "dumb" })("red", "x")).toBe("x");
    expect(paintFor({ ...screen, isTTY: false }, {})("red", "x")).toBe("x");
  });

  it("lets no text from elsewhere drive the terminal", () => {
    expect(printable("503\u001B[2J busy\r\nnow")).toBe("503 busy now");
  });
});

describe("table", () => {
  const columns = [{ title: "NAME" }, { title: "COUNT", align: "right" }, { title: "ERROR", shrinkTo: 5 }] as const;
  const rows = [
    ["a", { text: "1,000", style: "red" }, "a long story"],
    ["long-name", "2", ""],
  ] as const;

  it("lines up, with colours or without", () => {
    const plain = tableLines(columns, rows, { paint: (_style, text) => text });
    expect(plain).toEqual(["NAME       COUNT  ERROR", "a          1,000  a long story", "long-name      2"]);
    expect(tableLines(columns, rows, { paint: colours }).map((line) => stripVTControlCharacters(line))).toEqual(plain);
  });

  it("cuts what may be cut when the terminal is narrow", () => {
    const narrow = tableLines(columns, rows, { paint: colours, width: 26 }).map((line) =>
      stripVTControlCharacters(line),
    );
    expect(narrow[1]).toBe("a          1,000  a long …");
  });
});

describe("live area", () => {
  it("takes away exactly the lines that it drew before it draws again", () => {
    let written = "";
    const area = createLiveArea({ ...screen, write: (text) => ((written = text), true) });
    area.draw(["one", "two"]);
    expect(written).not.toContain("\u001B[2A");
    area.draw(["three"]);
    expect(written).toContain("\u001B[2A\r\u001B[0Jthree\n");
    area.above("log\n");
    expect(written).toBe("\u001B[1A\r\u001B[0Jlog\nthree\n");
  });

  it("takes a terminal that was given no size for a usual one", () => {
    let written = "";
    const area = createLiveArea({ ...screen, columns: 0, rows: 0, write: (text) => ((written = text), true) });
    area.draw(["one"]);
    area.draw(["two"]);
    expect(written).toContain("\u001B[1A\r\u001B[0Jtwo\n");
  });

  it("draws no more lines than the screen can take back", () => {
    let written = "";
    createLiveArea({ ...screen, write: (text) => ((written = text), true) }).draw(["1", "2", "3", "4", "5", "6"]);
    expect(written).toContain("1\n2\n3\n… 3 more\n");
  });
});

describe("rate meter", () => {
  it("looks at the last seconds only", () => {
    const meter = createRateMeter();
    expect(meter.update(0, 0)).toBe(0);
    expect(meter.update(100, 1000)).toBe(100);
    for (let second = 2; second <= 10; second++) meter.update(100, second * 1000);
    expect(meter.update(100, 11_000)).toBe(0);
  });
});

it("writes numbers as a person reads them", () => {
  expect([counted(1, "event"), counted(12_345, "event")]).toEqual(["1 event", "12,345 events"]);
  expect([bytesText(999), bytesText(1_234_567)]).toEqual(["999 B", "1.2 MB"]);
  expect([4000, 600_000, 20 * 3_600_000, 3 * 86_400_000].map(roughly)).toEqual(["4 s", "10 min", "20 h", "3 d"]);
});
