import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floatAttributes, stringifyEvent } from "./stringify-event.ts";

describe("stringifyEvent", () => {
  it.each([
    [{ lat: 39, long: -9 }, '{"lat":39.0,"long":-9.0}'],
    [{ coordinates: [13, -52.5, 0, 1e21] }, '{"coordinates":[13.0,-52.5,0.0,1e+21]}'],
    [{ a: [{ base_score: 7 }], percentile: 1 }, '{"a":[{"base_score":7.0}],"percentile":1.0}'],
    [{ lat: 39.25, latency: 39, time: 5 }, '{"lat":39.25,"latency":39,"time":5}'],
    [{ lat: "39", long: null, coordinates: ["39"] }, '{"lat":"39","long":null,"coordinates":["39"]}'],
    [{ message: '"lat":39,"coordinates":[1]' }, '{"message":"\\"lat\\":39,\\"coordinates\\":[1]"}'],
    [{ 'x"lat': 39 }, '{"x\\"lat":39}'],
  ])("writes %j as %s", (event, expected) => {
    expect(stringifyEvent(event)).toBe(expected);
  });

  it("says the same as JSON.stringify, whatever the event", () => {
    const keys = fc.oneof(fc.constantFrom(...floatAttributes), fc.string());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.string(),
        fc.constant(null),
        fc.array(tie("value")),
        fc.dictionary(keys, tie("value")),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, value), (event) => {
        const text = stringifyEvent(event);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(event)));
      }),
    );
  });
});
