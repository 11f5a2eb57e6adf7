import { describe, expect, it } from "vitest";
import { compareReaders, seedLines } from "../../../test/compare-readers.ts";
import { seededRandom } from "../../../test/mutated-events.ts";
import { ByteEvent } from "../../event/byte-event.ts";
import { acceptBytes, acceptTexts } from "./accept-bytes.ts";
import { acceptText } from "./accept-event.ts";
import type { IntakeRules } from "./intake-rules.ts";
import { defaultIntakeLimits } from "./intake-rules.ts";

const NOW = 1_741_824_000_000;
/** `npm run fuzz -- --lines N --seed N` sets them. */
const LINES = Number(process.env["FUZZ_LINES"] ?? 100_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 1);

function textsOf(lines: readonly string[]): { readonly bytes: Buffer; readonly ranges: number[] } {
  const ranges: number[] = [];
  let at = 0;
  for (const line of lines) {
    const length = Buffer.byteLength(line);
    ranges.push(at, at + length);
    at += length + 1;
  }
  return { bytes: Buffer.from(`${lines.join("\n")}\n`), ranges };
}

function event(uid: string, orgId: string, message = "m"): string {
  return JSON.stringify({ class_uid: 1, time: 1, message, metadata: { uid, tenant_uid: orgId } });
}

describe("events given as bytes", () => {
  it.each<[string, IntakeRules]>([
    ["shape", { ...defaultIntakeLimits, validation: "shape" }],
    ["off", { ...defaultIntakeLimits, validation: "off" }],
    ["shape, at most 5 levels and 900 bytes", { maxDepth: 5, maxEventBytes: 900, validation: "shape" }],
  ])(
    "are accepted, refused and read as the parser does (%s)",
    (name, rules) => {
      const lines = name === "shape" ? LINES : LINES / 10;
      const { differences, vouched, refused } = compareReaders(lines, seededRandom(SEED), rules);
      expect(differences).toEqual([]);
      // Both readers must have been at work.
      expect(vouched / lines).toBeGreaterThan(0.25);
      expect(refused / lines).toBeGreaterThan(0.2);
    },
    3_600_000,
  );

  it("are not parsed when they are as platforms write them", () => {
    const { records } = acceptBytes(textsOf(seedLines), NOW, defaultIntakeLimits);
    expect(records.filter((record) => record instanceof ByteEvent)).toHaveLength(seedLines.length);
  });

  it("are read by the parser on a host without SIMD, with the same outcome", () => {
    const lines = [...seedLines, "{", event("", "o")];
    const { records, rejected } = acceptBytes(textsOf(lines), NOW, defaultIntakeLimits, null);
    expect(records.some((record) => record instanceof ByteEvent)).toBe(false);
    expect(records.slice(0, seedLines.length).map(({ json }) => json)).toEqual(seedLines);
    expect(rejected.map(({ index }) => index)).toEqual([seedLines.length]);
  });

  it("keep their bytes when the given memory is used for others", () => {
    const lines = Array.from({ length: 200 }, (_, index) =>
      event(`e${index}`, `org-${index % 7 < 4 ? 0 : index}`, "é漢"),
    );
    const texts = textsOf(lines);
    const { records } = acceptBytes(texts, NOW, defaultIntakeLimits);
    texts.bytes.fill(0x78);
    expect(records.map(({ json }) => json)).toEqual(lines);
    expect(records.map(({ id }) => id)).toEqual(lines.map((_, index) => `e${index}`));
    expect(records[5]?.orgId).toBe("org-5");
  });

  it("share memory only with neighbours of their organisation, and little of it", () => {
    const lines = Array.from({ length: 300 }, (_, index) =>
      event(`e${index}`, index < 250 ? "a" : "b", "x".repeat(900)),
    );
    const { records } = acceptBytes(textsOf(lines), NOW, defaultIntakeLimits);
    const memories = new Map<ArrayBufferLike, Set<string | null>>();
    for (const { utf8, orgId } of records) {
      const memory = utf8?.bytes.buffer;
      if (memory === undefined) throw new Error("it has no bytes");
      memories.set(memory, (memories.get(memory) ?? new Set()).add(orgId));
    }
    expect([...memories.keys()].every(({ byteLength }) => byteLength <= 32 * 1024)).toBe(true);
    expect([...memories.values()].every((orgs) => orgs.size === 1)).toBe(true);
  });

  it("that are not UTF-8 are refused alone", () => {
    const texts = textsOf([event("a", "o"), event("b", "o", "??"), event("c", "o")]);
    texts.bytes[texts.bytes.indexOf("??")] = 0xff;
    const { records, rejected } = acceptBytes(texts, NOW, defaultIntakeLimits);
    expect(records.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(rejected).toMatchObject([{ index: 1, errors: [{ code: "text_invalid" }] }]);
  });

  it("may be texts too, of which those that have no UTF-8 are read by the parser", () => {
    const lines = [event("a", "o"), event("b\ud800", "o"), event("c", "é漢", "\ud83d\ude00"), "{"];
    const raw = lines.map((line) => line.replace("\\ud800", "\ud800"));
    const { records, rejected } = acceptTexts(raw, NOW, defaultIntakeLimits);
    expect(records.map(({ json }) => json)).toEqual(raw.slice(0, 3));
    expect(records.map(({ id }) => id)).toEqual(["a", "b\ud800", "c"]);
    expect(records.map((record) => record instanceof ByteEvent)).toEqual([true, false, true]);
    expect(rejected).toMatchObject([{ index: 3, errors: [{ code: "json_invalid" }] }]);
  });

  it("are checked in full, repaired and enriched by the parser", () => {
    const rules: IntakeRules = { ...defaultIntakeLimits, enrich: () => ({ count: "7" }) };
    const [line = ""] = seedLines;
    const { records } = acceptBytes(textsOf([line]), NOW, rules);
    const parsed = acceptText(line, NOW, rules);
    expect(records[0]?.json).toBe("record" in parsed ? parsed.record.json : undefined);
    const { rejected } = acceptBytes(textsOf([event("a", "o")]), NOW, { ...defaultIntakeLimits, validation: "full" });
    expect(rejected).toHaveLength(1);
  });
});
