import { encodedText } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { createEncoder } from "./encode.ts";

const acceptedAt = Date.UTC(2026, 10, 30, 16);

function entryOf(record: { json?: string; time?: number }, namespace?: string) {
  const encode = createEncoder(namespace);
  return JSON.parse(encodedText(encode({ json: "{}", time: acceptedAt - 1500, acceptedAt, ...record })));
}

describe("a log entry", () => {
  it("holds the event's own bytes, under its own time and the time of collection", () => {
    const json = '{"message":"grüße 👋 \\"quoted\\""}';
    const { data, ...times } = entryOf({ json });
    expect(Buffer.from(data, "base64").toString("utf8")).toBe(json);
    expect(times).toEqual({ logEntryTime: "2026-11-30T15:59:58.500Z", collectionTime: "2026-11-30T16:00:00.000Z" });
  });

  it("is never collected before it happened, which Google refuses", () => {
    const { logEntryTime, collectionTime } = entryOf({ time: acceptedAt + 60_000 });
    expect([logEntryTime, collectionTime]).toEqual(["2026-11-30T16:01:00.000Z", "2026-11-30T16:01:00.000Z"]);
  });

  it.each([Number.NaN, -1, 8.64e15, Number.POSITIVE_INFINITY])("takes its arrival for a time of %d", (time) => {
    expect(entryOf({ time }).logEntryTime).toBe("2026-11-30T16:00:00.000Z");
  });

  it("names the namespace where there is one, whatever is in it", () => {
    expect(entryOf({}, 'acme "east"').environmentNamespace).toBe('acme "east"');
  });
});
