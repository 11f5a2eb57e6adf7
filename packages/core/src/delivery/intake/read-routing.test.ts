import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptText } from "./accept-event.ts";
import { defaultIntakeLimits } from "./intake-rules.ts";
import { readRouting } from "./read-routing.ts";

const facts = '"class_uid":6003,"severity_id":2,"time":1741824000000';

describe("readRouting", () => {
  it("reads what the host needs, wherever it stands", () => {
    const event = `{"x":{"time":7,"metadata":{"uid":"no"}},"actor":{"user":{"uid":"u","org":{"uid":"o2"}},"org":{"uid":"o1"}},
      "metadata" : {"product":{"uid":"p"}, "uid":"e1","tenant_uid":"t"},${facts}}`;
    expect(readRouting(event)).toEqual({
      id: "e1",
      orgId: "o1",
      classUid: 6003,
      severityId: 2,
      time: 1_741_824_000_000,
    });
  });

  it.each([
    ["no metadata", `{${facts}}`, { id: undefined, orgId: null }],
    ["a tenant", `{${facts},"metadata":{"tenant_uid":"t"}}`, { id: undefined, orgId: "t" }],
    ["a user's organisation", `{${facts},"actor":{"user":{"org":{"uid":"o2"}}}}`, { orgId: "o2" }],
    ["quotes and braces in a text", `{"message":"\\"time\\":1}{\\\\",${facts}}`, { time: 1_741_824_000_000 }],
    ["such keys deeper in it", `{${facts},"actor":{},"metadata":{},"x":{"class_uid":1,"time":2}}`, { classUid: 6003 }],
    ["such keys in a text", `{${facts},"actor":{},"metadata":{},"x":"\\"time\\""}`, { classUid: 6003 }],
  ])("takes an event with %s", (_, event, routing) => {
    expect(readRouting(event)).toMatchObject(routing);
  });

  it.each([
    ["no severity", '{"class_uid":6003,"time":1}'],
    ["a time as text", '{"class_uid":6003,"severity_id":1,"time":"1"}'],
    ["a negative time", '{"class_uid":6003,"severity_id":1,"time":-1}'],
    ["a time as a float", '{"class_uid":6003,"severity_id":1,"time":1e3}'],
    ["a time of too many digits", '{"class_uid":6003,"severity_id":1,"time":1234567890123456}'],
    ["a uid with an escape", `{${facts},"metadata":{"uid":"a\\u0062"}}`],
    ["a uid that is null", `{${facts},"metadata":{"uid":null}}`],
    ["a uid that is empty", `{${facts},"metadata":{"uid":""}}`],
    ["metadata that is null", `{${facts},"metadata":null}`],
    ["a key with an escape", `{"class\\u005fuid":1,${facts}}`],
    ["an array around it", `[{${facts}}]`],
    ["its end cut off", `{${facts},"metadata":{"uid":"e"`],
    ["nothing at all", ""],
    ["two classes", `{"class_uid":1,${facts}}`],
    ["a class again at its end", `{${facts},"actor":{},"metadata":{},"class_uid":1}`],
    ["a class again, written with an escape", `{${facts},"actor":{},"metadata":{},"class\\u005fuid":1}`],
    ["two metadata", `{"metadata":{"tenant_uid":"a"},${facts},"actor":{},"metadata":{"tenant_uid":"b"}}`],
    ["two metadata, one of them empty", `{"metadata":{},${facts},"actor":{},"metadata":{"tenant_uid":"b"}}`],
    ["two tenants", `{${facts},"metadata":{"tenant_uid":"a","tenant_uid":"b"}}`],
    ["two organisations of its actor", `{${facts},"actor":{"org":{"uid":"a"},"org":{"uid":"b"}}}`],
    ["an unclosed string", `{${facts},"metadata":{"uid":"e}`],
  ])("leaves an event with %s to a parser", (_, event) => {
    expect(readRouting(event)).toBeUndefined();
  });

  it("agrees with a parser wherever it is sure", () => {
    const uid = fc.option(fc.oneof(fc.string(), fc.integer()), { nil: undefined });
    const organization = fc.option(fc.record({ uid, name: fc.string() }, { requiredKeys: [] }), { nil: undefined });
    const event = fc.record(
      {
        class_uid: fc.constantFrom(6003, 3002, "6003"),
        severity_id: fc.constantFrom(0, 1, 5),
        time: fc.oneof(fc.nat(), fc.constant(1_741_824_000_000), fc.double()),
        metadata: fc.record({ uid, tenant_uid: uid, product: fc.json() }, { requiredKeys: [] }),
        actor: fc.record({ org: organization, user: fc.record({ org: organization }, { requiredKeys: [] }) }),
        message: fc.string({ unit: "grapheme" }),
        unmapped: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(event, fc.constantFrom(0, 2), (given, indent) => {
        const json = JSON.stringify(given, undefined, indent);
        const routing = readRouting(json);
        if (routing === undefined) return;
        const acceptance = acceptText(json, 0, defaultIntakeLimits);
        if ("errors" in acceptance) throw new Error(JSON.stringify(acceptance.errors));
        const { id, ...others } = routing;
        expect(acceptance.record).toMatchObject(id === undefined ? others : { id, ...others });
      }),
      { numRuns: 300 },
    );
  });

  it("routes as readers of JSON do where keys occur twice, of which they take the last", () => {
    const off = { ...defaultIntakeLimits, validation: "off" } as const;
    const key = fc.constantFrom("class_uid", "severity_id", "time", "metadata", "actor", "x");
    const value = fc.constantFrom("1", "2", '{"uid":"u"}', '{"tenant_uid":"t"}', '{"org":{"uid":"o"},"org":{}}', "{}");
    const member = fc.tuple(key, value).map(([name, text]) => `"${name}":${text}`);
    fc.assert(
      fc.property(fc.array(member), fc.constantFrom(",", ", ", ",\r\n\t", " ,"), (members, comma) => {
        const json = `{${[facts, ...members].join(comma)}}`;
        const quick = acceptText(json, 0, off);
        const careful = acceptText(JSON.stringify(JSON.parse(json)), 0, off);
        expect("errors" in quick).toBe("errors" in careful);
        if ("errors" in quick || "errors" in careful) return;
        const { orgId, classUid, severityId, time } = careful.record;
        expect(quick.record).toMatchObject({ orgId, classUid, severityId, time });
      }),
      { numRuns: 1000 },
    );
  });

  it("comes to an end on anything", () => {
    const broken = fc.array(
      fc.constantFrom("{", "}", "[", "]", '"', "\\", ":", ",", " ", "time", "metadata", "1", facts),
    );
    fc.assert(fc.property(broken, (parts) => void readRouting(`{${parts.join("")}}`)));
  });
});
