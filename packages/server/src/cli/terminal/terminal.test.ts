import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { runCommandLine } from "../cli.ts";
import { defused } from "./defused.ts";
import { createLiveArea } from "./live-area.ts";
import { createLogger } from "./log.ts";
import { bytesText, counted, roughly } from "./numbers.ts";
import { paintFor, printable } from "./paint.ts";
import { createRateMeter } from "./rate-meter.ts";
import { tableLines } from "./table.ts";
import { processTerminal } from "./terminal.ts";

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
    expect(printable("a\u0085b \u202Egnp.exe\u2066 \u200Bz\u{e0041}")).toBe("a b gnp.exe z");
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

describe("what reaches a terminal, or a log", () => {
  const tricks = "a\u009B2J\u202Eb\u2066\u200B\u{e0041}";
  const isTrick = /[\u007f-\u009f\u200b\u202e\u2066\u{e0041}]/u;

  it("has no character that commands it, turns text around or hides it, but their escapes", () => {
    expect(defused(`\u001B[31mé${tricks}😀`)).toBe("\u001B[31méa\\u009b2J\\u202eb\\u2066\\u200b\\udb40\\udc41😀");
    const json = defused(JSON.stringify({ tricks }));
    expect(json).not.toMatch(isTrick);
    expect(JSON.parse(json)).toEqual({ tricks });
  });

  it("is defused in log lines, for programs and for persons", () => {
    for (const paint of [undefined, (_: unknown, text: string) => text]) {
      let line = "";
      const logger = createLogger({ level: "info", write: (text) => (line += text), paint });
      logger.warn({ reason: tricks, [tricks]: 1 }, tricks);
      expect(line).not.toMatch(isTrick);
    }
  });

  it("is defused whatever a command writes", async () => {
    let written = "";
    const stream = { write: (text: string) => (written += text) !== "" };
    const terminal = { ...processTerminal(), stdout: stream, stderr: stream, environment: {}, workingFolder: "/" };
    for (const words of [["validate"], ["validate", "--json"], ["run"]]) {
      expect(await runCommandLine([...words, "--config", `/nowhere/${tricks}.yaml`], terminal)).toBe(2);
    }
    expect(written).toContain("\\u202e");
    expect(written).not.toMatch(isTrick);
  });
});
