import { encodedText } from "@arbitex/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Envelope } from "./encode.ts";
import { createEncoder as createPartsEncoder, hecTime, wholeSeconds } from "./encode.ts";

const envelope = { host: "gw-1", source: "arbitex:audit", sourcetype: "arbitex:ocsf", index: "arbitex" };

function createEncoder(settings: Envelope) {
  const encode = createPartsEncoder(settings);
  return (record: Parameters<typeof encode>[0]) => encodedText(encode(record));
}

describe("createEncoder", () => {
  it("puts the envelope around the event's own text", () => {
    const encode = createEncoder(envelope);
    expect(encode({ time: 1_741_824_000_123, json: `{"class_uid":6003}` })).toBe(
      `{"time":1741824000.123,"host":"gw-1","source":"arbitex:audit","sourcetype":"arbitex:ocsf","index":"arbitex","event":{"class_uid":6003}}`,
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])("leaves out a time that HEC could not read: %d", (time) => {
    const encoded: unknown = JSON.parse(createEncoder(envelope)({ time, json: "{}" }));
    expect(encoded).toEqual({ ...envelope, event: {} });
  });

  it("gives back every setting and every event, whatever is in them", () => {
    const text = fc.string({ unit: "binary" });
    const settings = fc.record({ host: text, source: text, sourcetype: text, index: text });
    fc.assert(
      fc.property(settings, fc.jsonValue(), fc.integer({ min: 0, max: 8.64e15 }), (chosen, event, time) => {
        const json = JSON.stringify(event);
        const encoded = createEncoder(chosen)({ time, json });
        expect(JSON.parse(encoded)).toEqual({ time: Number(hecTime(time)), ...chosen, event: JSON.parse(json) });
        expect(encoded.endsWith(`"event":${json}}`)).toBe(true);
        expect(encoded).not.toContain("\n");
      }),
    );
  });

  it("keeps lone surrogates in settings from spoiling the body's UTF-8", () => {
    const encoded = createEncoder({ ...envelope, host: "\ud800" })({ time: 0, json: "{}" });
    expect(Buffer.from(encoded).toString()).toBe(encoded);
  });
});

describe("hecTime", () => {
  it.each([
    [0, "0.000"],
    [-0, "0.000"],
    [1, "0.001"],
    [999, "0.999"],
    [1000, "1.000"],
    [1_741_824_000_123, "1741824000.123"],
    [1_741_824_000_000.9, "1741824000.000"],
    [-1, "-0.001"],
    [-0.5, "-0.001"],
    [-1500, "-1.500"],
    [8.64e15, "8640000000000.000"],
    [Number.MAX_SAFE_INTEGER, "9007199254740.991"],
  ])("writes %d ms as %s", (ms, text) => {
    expect(hecTime(ms)).toBe(text);
  });

  it("loses no millisecond and never uses an exponent", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (ms) => {
        const text = hecTime(ms);
        expect(text).toMatch(/^-?\d+\.\d{3}$/);
        expect(Number(text.replace(".", ""))).toBe(ms);
      }),
    );
  });
});

describe("wholeSeconds", () => {
  it.each([
    [1_741_824_000_999, "1741824000"],
    [0, "0"],
    [-1, "-1"],
  ])("leaves the fraction of %d ms out", (ms, seconds) => {
    expect(wholeSeconds(ms)).toBe(seconds);
  });
});
