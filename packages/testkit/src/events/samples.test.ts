import { describe, expect, it } from "vitest";
import { documentedSamples } from "./documented-samples.ts";
import { hostileEvents, hostileTexts } from "./hostile-events.ts";

describe("the samples", () => {
  it("hold the documented events as far as the documentation shows them", () => {
    const { hecEntry, datadogEntry, events } = documentedSamples;
    expect(hecEntry.event).toBe(events[0]);
    expect(JSON.parse(datadogEntry.message)).toEqual(events[1]);
  });

  it("hold hostile events that are JSON all the same, each with its own id", () => {
    const ids = new Set<unknown>();
    for (const { event } of hostileEvents) {
      const json = JSON.stringify(event);
      expect(JSON.stringify(JSON.parse(json))).toBe(json);
      expect(json).not.toMatch(/[\n\r\0]/);
      ids.add(Object(event["metadata"]).uid);
    }
    expect(ids.size).toBe(hostileEvents.length);
    expect(Object.values(hostileTexts).some((text) => /\p{Surrogate}/u.test(text))).toBe(true);
  });
});
