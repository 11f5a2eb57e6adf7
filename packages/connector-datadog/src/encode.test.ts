import { encodedText } from "@arbitex/core";
import { hostileTexts } from "@arbitex/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodedEvent, EncoderOptions } from "./encode.ts";
import { createEncoder as createPartsEncoder } from "./encode.ts";
import { MAX_AGE_MS, MAX_AHEAD_MS } from "./window.ts";

const NOW = Date.UTC(2026, 0, 15, 8);
const MINUTE_MS = 60_000;

const options: EncoderOptions = {
  source: "arbitex",
  service: "arbitex-platform",
  tags: ["env:production", "team:security"],
  hostname: "gw-1",
  format: "message",
  stale: "dead_letter",
  now: () => NOW,
};

function createEncoder(settings: EncoderOptions) {
  const encode = createPartsEncoder(settings);
  return (record: EncodedEvent) => encodedText(encode(record));
}

describe("an entry", () => {
  it("carries the event as text, in the documented form", () => {
    expect(createEncoder(options)({ time: NOW, classUid: 6003, json: `{"class_uid":6003}` })).toBe(
      `{"ddsource":"arbitex","ddtags":"env:production,team:security","hostname":"gw-1","service":"arbitex-platform",` +
        `"timestamp":1768464000000,"message":"{\\"class_uid\\":6003}"}`,
    );
  });

  it("carries the event as attributes", () => {
    const encode = createEncoder({ ...options, format: "attributes", tags: [] });
    expect(encode({ time: NOW, classUid: 6003, json: `{"class_uid":6003}` })).toBe(
      `{"ddsource":"arbitex","hostname":"gw-1","service":"arbitex-platform",` +
        `"timestamp":1768464000000,"message":"OCSF event of class 6003","ocsf":{"class_uid":6003}}`,
    );
  });

  it("gives back every setting and every event, whatever is in them", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...Object.values(hostileTexts)));
    const settings = fc.record({ source: text, service: text, hostname: text, tags: fc.array(text, { minLength: 1 }) });
    const events = fc.dictionary(text, fc.oneof(text, fc.jsonValue()));
    fc.assert(
      fc.property(settings, events, fc.constantFrom("message", "attributes"), (chosen, event, format) => {
        const json = JSON.stringify(event);
        const encoded = createEncoder({ ...options, ...chosen, format })({ time: NOW, classUid: 1, json });
        const { ddsource, ddtags, hostname, service, timestamp, message, ocsf }: Record<string, unknown> =
          JSON.parse(encoded);
        expect([ddsource, service, hostname]).toEqual([chosen.source, chosen.service, chosen.hostname]);
        expect([ddtags, timestamp]).toEqual([chosen.tags.join(","), NOW]);
        if (format === "message") expect(message).toBe(json);
        else expect(JSON.stringify(ocsf)).toBe(JSON.stringify(JSON.parse(json)));
        expect(encoded).not.toContain("\n");
        expect(Buffer.from(encoded).toString()).toBe(encoded);
      }),
      { numRuns: 60 },
    );
  });
});

describe("an event outside of Datadog's window", () => {
  const sentLate = createEncoder({ ...options, stale: "send" });

  it.each([
    ["18 h ago", -MAX_AGE_MS],
    ["2 h ahead", MAX_AHEAD_MS],
  ])("begins beyond %s", (_, distance) => {
    const encode = createEncoder(options);
    expect(encode({ time: NOW + distance, classUid: 1, json: "{}" })).toContain(`"timestamp":`);
    const beyond = { time: NOW + distance + Math.sign(distance), classUid: 1, json: "{}" };
    expect(() => encode(beyond)).toThrow(/from 18 h back to 2 h ahead/);
    expect(sentLate(beyond)).not.toContain("timestamp");
  });

  it.each([
    [-MAX_AGE_MS - 1, "18.1 h old"],
    [-30 * 60 * MINUTE_MS, "30 h old"],
    [3 * 60 * MINUTE_MS, "3 h in the future"],
  ])("is not sent, and the reason says why and what to set: %d ms", (distance, said) => {
    const encode = () => createEncoder(options)({ time: NOW + distance, classUid: 1, json: "{}" });
    expect(encode).toThrow(said);
    expect(encode).toThrow("Set stale to send");
  });

  it("is judged by the host's clock at that moment", () => {
    let now = NOW;
    const encode = createEncoder({ ...options, now: () => now });
    const record = { time: NOW, classUid: 1, json: "{}" };
    expect(encode(record)).toBe(encode(record));
    now += MAX_AGE_MS + 1;
    expect(() => encode(record)).toThrow(RangeError);
  });

  it("keeps its own time in the event where it is sent", () => {
    const json = `{"time":0}`;
    expect(JSON.parse(sentLate({ time: 0, classUid: 1, json }))).toMatchObject({ message: json });
  });
});
