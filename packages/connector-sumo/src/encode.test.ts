import { encodedText } from "@arbitex/core";
import { hostileTexts } from "@arbitex/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { encode as encodeParts } from "./encode.ts";

const encode = ({ time, json }: { readonly time: number; readonly json: string }) =>
  encodedText(encodeParts({ time, json, membersAt: json.indexOf("{") + 1 }));
const time = 1_741_824_000_123;

it("puts the time first, where Sumo Logic takes a message's time from", () => {
  expect(encode({ time, json: `{"class_uid":6003,"time":1}` })).toBe(
    `{"timestamp":1741824000123,"class_uid":6003,"time":1}`,
  );
});

it("takes text with white space before it", () => {
  expect(encode({ time, json: ` \t{ "class_uid":6003}` })).toBe(`{"timestamp":1741824000123, "class_uid":6003}`);
});

it("leaves a timestamp of the event's own to the event", () => {
  expect(JSON.parse(encode({ time, json: `{"timestamp":"mine"}` }))).toEqual({ timestamp: "mine" });
});

it("gives back every event on one line, whatever is in it", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...Object.values(hostileTexts)));
  const event = fc.dictionary(text, fc.oneof(text, fc.jsonValue()), { minKeys: 1 });
  fc.assert(
    fc.property(event, fc.integer({ min: 1e12, max: 9_999_999_999_999 }), (members, at) => {
      const json = JSON.stringify(members);
      const line = encode({ time: at, json });
      expect(line.slice(1)).toBe(`"timestamp":${at},${json.slice(1)}`);
      const { timestamp, ...rest }: Record<string, unknown> = JSON.parse(line);
      expect(timestamp).toEqual("timestamp" in members ? JSON.parse(json).timestamp : at);
      expect(rest).toEqual(Object.fromEntries(Object.entries(JSON.parse(json)).filter(([key]) => key !== "timestamp")));
      expect(line).not.toMatch(/[\r\n]/);
    }),
    { numRuns: 60 },
  );
});
