import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floatAttributes, stringifyEvent } from "./stringify-event.ts";

function at(location: unknown): object {
  return { class_uid: 6003, src_endpoint: { location } };
}

describe("stringifyEvent", () => {
  it.each([
    [at({ lat: 39, long: -9 }), '{"lat":39.0,"long":-9.0}'],
    [at({ coordinates: [13, -52.5, 0, 1e21] }), '{"coordinates":[13.0,-52.5,0.0,1e+21]}'],
    [at({ coordinates: [1.5, 2.5], lat: 39.25 }), '{"coordinates":[1.5,2.5],"lat":39.25}'],
    [at({ lat: 39, latency: 39 }), '{"lat":39.0,"latency":39}'],
    [at({ lat: 1, long: null, coordinates: ["39"] }), '{"lat":1.0,"long":null,"coordinates":["39"]}'],
    [at({ lat: 1, city: '"lat":39,"coordinates":[1]' }), '{"lat":1.0,"city":"\\"lat\\":39,\\"coordinates\\":[1]"}'],
    [at({ lat: 1, 'x"lat': 39 }), '{"lat":1.0,"x\\"lat":39}'],
  ])("writes the location of %j as %s", (event, expected) => {
    expect(stringifyEvent(event)).toBe(`{"class_uid":6003,"src_endpoint":{"location":${expected}}}`);
  });

  it("finds floats at any depth of any class", () => {
    const score = {
      class_uid: 2002,
      vulnerabilities: [{ cve: { uid: "c", cvss: [{ version: "3", base_score: 7 }] } }],
    };
    expect(stringifyEvent(score)).toContain('"base_score":7.0');
    const evidence = { class_uid: 2004, evidences: [{ src_endpoint: { location: { lat: 5 } } }] };
    expect(stringifyEvent(evidence)).toContain('"lat":5.0');
  });

  it("writes events of no known class, and integers, as JSON.stringify does", () => {
    for (const event of [{ lat: 39 }, { class_uid: 1, lat: 39 }, { class_uid: 6003, time: 5, unmapped: { lat: 39 } }]) {
      expect(stringifyEvent(event)).toBe(JSON.stringify(event));
    }
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
      fc.property(fc.dictionary(keys, value), fc.dictionary(keys, value), (location, rest) => {
        const event = { ...rest, class_uid: 6003, src_endpoint: { location: { ...location, lat: 1 } } };
        const text = stringifyEvent(event);
        expect(text).toContain('"lat":1.0');
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(event)));
      }),
    );
  });
});
