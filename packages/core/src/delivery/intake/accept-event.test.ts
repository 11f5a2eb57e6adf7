import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEventBuilders } from "../../ocsf/builders/event-builders.ts";
import { stringifyEvent } from "../../ocsf/stringify-event.ts";
import { validationErrorCodes } from "../../ocsf/validation/codes.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptObject, acceptText } from "./accept-event.ts";
import type { IntakeRules } from "./intake-rules.ts";
import { defaultIntakeLimits } from "./intake-rules.ts";

const NOW = 1_741_824_000_000;
const good = { class_uid: 6003, time: NOW, severity_id: 2, metadata: { uid: "e1" } };

function codesOf(acceptance: Acceptance): string[] {
  return "errors" in acceptance ? acceptance.errors.map(({ code, path }) => `${code} ${path}`.trim()) : [];
}

function recordOf(acceptance: Acceptance) {
  if ("errors" in acceptance) throw new Error(JSON.stringify(acceptance.errors));
  return acceptance.record;
}

function orgOf(event: object): string | null {
  return recordOf(acceptObject({ ...good, ...event }, NOW)).orgId;
}

function withMessage(text: string): string {
  return stringifyEvent({ ...whole, message: "?" }).replace('"?"', text);
}

describe("acceptText", () => {
  it("passes valid bytes on as they came", () => {
    const text = '{"class_uid":6003,"time":1741824000000,"x":39.0, "metadata":{"uid":"e1"}}';
    expect(recordOf(acceptText(text, NOW))).toMatchObject({ id: "e1", json: text, classUid: 6003, severityId: 0 });
  });

  it("gives an event without one a stable identity that stands in the event too", () => {
    const record = recordOf(acceptText('{"class_uid":6003,"time":1}', NOW));
    expect(record.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(record.event()).toEqual({ class_uid: 6003, time: 1, metadata: { uid: record.id } });
  });

  it.each([["null"], ['""']])("replaces a metadata.uid that is %s", (uid) => {
    const record = recordOf(acceptText(`{"class_uid":6003,"time":1,"metadata":{"uid":${uid},"version":"1.1.0"}}`, NOW));
    expect(record.event()).toEqual({ class_uid: 6003, time: 1, metadata: { uid: record.id, version: "1.1.0" } });
  });

  it("takes line breaks between tokens out, so that a record is one line", () => {
    const record = recordOf(acceptText(JSON.stringify({ ...good, message: "a\nb" }, undefined, 2), NOW));
    expect(record.json).not.toMatch(/[\r\n]/);
    expect(record.event()).toEqual({ ...good, message: "a\nb" });
  });

  it.each([
    ["not JSON", "{", "json_invalid"],
    ["a raw NUL", '{"class_uid":6003,"time":1,"message":"a\0b"}', "json_invalid"],
    ["not an object", "[1]", "attribute_wrong_type"],
    ["without a class", '{"time":1}', "attribute_required_missing class_uid"],
    ["without a time", '{"class_uid":6003}', "attribute_required_missing time"],
    ["with a null class", '{"class_uid":null,"time":1}', "attribute_wrong_type class_uid"],
    ["with a time that no calendar has", '{"class_uid":6003,"time":1e300}', "attribute_wrong_type time"],
    ["with a class as text", '{"class_uid":"6003","time":1}', "attribute_wrong_type class_uid"],
    ["with a time as text", '{"class_uid":6003,"time":"2026-01-01"}', "attribute_wrong_type time"],
    ["with a float for an id", '{"class_uid":6003,"time":1,"severity_id":1.5}', "attribute_wrong_type severity_id"],
    ["with text for metadata", '{"class_uid":6003,"time":1,"metadata":"m"}', "attribute_wrong_type metadata"],
    ["with a number as uid", '{"class_uid":6003,"time":1,"metadata":{"uid":7}}', "attribute_wrong_type metadata.uid"],
    ["with a NUL escape", '{"class_uid":6003,"time":1,"message":"a\\u0000b"}', "text_invalid"],
    ["with a lone surrogate", '{"class_uid":6003,"time":1,"message":"a\\ud83d"}', "text_invalid"],
    ["with swapped surrogates", '{"class_uid":6003,"time":1,"message":"\\ude00\\ud83d"}', "text_invalid"],
  ])("refuses an event %s", (_, text, code) => {
    expect(codesOf(acceptText(text, NOW))).toEqual([code]);
  });

  it.each([
    ["a surrogate pair", '"\\ud83d\\ude00"'],
    ["a backslash before u0000", '"\\\\u0000"'],
    ["a backslash before a surrogate's number", '"\\\\ud83d"'],
    ["other escapes", '"\\u00e9\\n\\u2028"'],
  ])("takes text with %s", (_, message) => {
    expect(codesOf(acceptText(`{"class_uid":6003,"time":1,"message":${message}}`, NOW))).toEqual([]);
  });

  it("names everything that is wrong at once", () => {
    expect(codesOf(acceptText('{"severity_id":"x","metadata":[],"message":1}', NOW))).toEqual([
      "attribute_required_missing class_uid",
      "attribute_wrong_type severity_id",
      "attribute_required_missing time",
      "attribute_wrong_type metadata",
      "attribute_wrong_type message",
    ]);
  });

  it("refuses an event over the size limit without parsing it", () => {
    expect(codesOf(acceptText("x".repeat(5 * 1024 * 1024), NOW))).toEqual(["event_too_large"]);
  });

  it.each([
    [60, []],
    [200_000, ["event_too_deep"]],
  ])("answers nesting of %d levels with %j", (depth, codes) => {
    const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect(codesOf(acceptText(`{"class_uid":6003,"time":1,"x":${deep}}`, NOW))).toEqual(codes);
  });

  it("counts depth, not brackets", () => {
    const wide = JSON.stringify({ ...good, list: Array.from({ length: 500 }, () => ({ text: "[[[{{{" })) });
    expect(codesOf(acceptText(wide, NOW))).toEqual([]);
  });
});

describe("acceptObject", () => {
  it("finds the organisation where the platform documents it, then in OCSF's own homes", () => {
    const user = { uid: "u", org: { uid: "user-org" } };
    expect(orgOf({ actor: { org: { uid: "org" }, user }, metadata: { tenant_uid: "tenant" } })).toBe("org");
    expect(orgOf({ actor: { user }, metadata: { tenant_uid: "tenant" } })).toBe("tenant");
    expect(orgOf({ actor: { user } })).toBe("user-org");
    expect(orgOf({})).toBeNull();
  });

  it("refuses what cannot be written as JSON", () => {
    const cycle: Record<string, unknown> = { ...good };
    cycle["self"] = cycle;
    expect(codesOf(acceptObject(cycle, NOW))).toEqual(["json_invalid"]);
    expect(codesOf(acceptObject({ ...good, size: 1n }, NOW))).toEqual(["json_invalid"]);
    expect(codesOf(acceptObject(undefined, NOW))).toEqual(["attribute_wrong_type"]);
  });
});

function rules(settings: Partial<IntakeRules>): IntakeRules {
  return { ...defaultIntakeLimits, ...settings };
}

const whole = createEventBuilders().authentication({
  time: NOW,
  user: { uid: "u" },
  source: { ip: "203.0.113.7", lat: 39, long: 1.5 },
});

describe("validation off", () => {
  const off = rules({ validation: "off" });

  it("takes what it has not looked at as it came", () => {
    const text =
      '{"class_uid":6003,"severity_id":3,"time":1,"metadata":{"uid":"e1"},"actor":{},"message":"\\u0000", oops}';
    expect(recordOf(acceptText(text, NOW, off))).toMatchObject({ id: "e1", json: text, severityId: 3 });
  });

  it("still makes one line, and an identity where there is none", () => {
    const record = recordOf(acceptText('{"class_uid":6003,\n"severity_id":3,"time":1,"x":39.0}', NOW, off));
    expect(record.json).toBe(`{"metadata":{"uid":"${record.id}"},"class_uid":6003, "severity_id":3,"time":1,"x":39.0}`);
  });

  it.each([
    ["that is cut off", '{"class_uid":6003,"severity_id":3,"time":1', "json_invalid"],
    ["without a time", '{"class_uid":6003,"severity_id":3}', "attribute_required_missing time"],
    ["over the size limit", `{"class_uid":6003,"x":"${"x".repeat(2_000_000)}"}`, "event_too_large"],
  ])("refuses an event %s", (_, text, code) => {
    expect(codesOf(acceptText(text, NOW, off))).toEqual([code]);
  });
});

describe("full validation", () => {
  const full = rules({ validation: "full" });

  it("takes an event that the official validator passes with the extension, and does not mind its warnings", () => {
    const json = stringifyEvent({ ...whole, severity: "Grave" });
    expect(recordOf(acceptText(json, NOW, full)).json).toBe(json);
  });

  it("refuses with the official codes and paths, all at once", () => {
    const { activity_id: _, ...rest } = whole;
    const json = stringifyEvent({ ...rest, severity_id: 77, colour: "red" }).replace("39.0", "39");
    expect(codesOf(acceptText(json, NOW, full)).toSorted()).toEqual([
      "attribute_enum_value_unknown severity_id",
      "attribute_required_missing activity_id",
      "attribute_unknown colour",
      "attribute_wrong_type src_endpoint.location.lat",
    ]);
  });

  it("writes an object's numbers as OCSF wants them before it judges", () => {
    expect(recordOf(acceptObject(whole, NOW, full)).json).toContain('"lat":39.0');
  });

  it("tells text that cannot be read from text that must not be", () => {
    expect(codesOf(acceptText(withMessage('"a\\ud83d"'), NOW, full))).toEqual(["text_invalid"]);
    expect(codesOf(acceptText(withMessage('"a"]'), NOW, full))).toEqual(["json_invalid"]);
    expect(codesOf(acceptText(withMessage("12"), NOW, full))).toEqual(["attribute_wrong_type message"]);
  });

  it("refuses a time that OCSF takes and no date shows", () => {
    const json = stringifyEvent(whole).replace(String(NOW), "12345678901234567890");
    expect(codesOf(acceptText(json, NOW, full))).toEqual(["attribute_wrong_type time"]);
  });
});

describe("repair", () => {
  const given =
    '{"class_uid":3002,"activity_id":1,"severity_id":1,"severity":null,"time":1,"n":12345678901234567890,' +
    '"user":{"uid":"u"},"service":{"name":"s"},"metadata":{"uid":"e1","product":{"name":"n","vendor_name":"v"}},"unmapped":{"f":39.0}}';

  it("fills in what is certain and leaves every other byte as it was", () => {
    const acceptance = acceptText(given, NOW, rules({ repair: true }));
    expect(acceptance).toMatchObject({ isRepaired: true });
    const { json } = recordOf(acceptance);
    expect(json).toContain('"severity":"Informational","time":1,"n":12345678901234567890');
    expect(json).toContain('"unmapped":{"f":39.0}}');
    expect(JSON.parse(json)).toMatchObject({
      category_uid: 3,
      type_uid: 300201,
      activity_name: "Logon",
      class_name: "Authentication",
      metadata: { version: "1.1.0", uid: "e1" },
    });
  });

  it("lets an event pass the full validation that it repairs, and none that it cannot repair", () => {
    const repairable = given.replace('"n":12345678901234567890,', "");
    expect(codesOf(acceptText(repairable, NOW, rules({ validation: "full" })))).not.toEqual([]);
    expect(codesOf(acceptText(repairable, NOW, rules({ validation: "full", repair: true })))).toEqual([]);
    expect(codesOf(acceptText(given, NOW, rules({ validation: "full", repair: true })))).toEqual([
      "attribute_unknown n",
    ]);
  });

  it("never replaces what is there, even a wrong value", () => {
    const wrong = stringifyEvent({ ...whole, severity: "Grave", type_uid: 1 });
    const acceptance = acceptText(wrong, NOW, rules({ repair: true }));
    expect(acceptance).toMatchObject({ isRepaired: false, record: { json: wrong } });
  });

  it("reads and repairs an event although it is trusted", () => {
    expect(acceptText(given, NOW, rules({ validation: "off", repair: true }))).toMatchObject({ isRepaired: true });
  });
});

describe("the codes at the intake", () => {
  it("are explained, each of them", () => {
    const document = readFileSync(new URL("../../../../../docs/errors.md", import.meta.url), "utf8");
    const codes = ["event_too_large", "event_too_deep", "text_invalid", ...validationErrorCodes];
    expect(codes.filter((code) => !document.includes(`| \`${code}\` |`))).toEqual([]);
  });
});

describe("a time that is not in milliseconds", () => {
  const SECONDS = NOW / 1000;
  const MORE = 123;
  const levels = ["off", "shape", "full"] as const;
  const written = stringifyEvent(whole);
  const withTime = (time: string) => written.replace(`"time":${NOW}`, `"time":${time}`);

  it.each([
    ["seconds", `${SECONDS}`],
    ["microseconds", `${NOW}${MORE}`],
    ["nanoseconds", `${NOW}${MORE}${MORE}`],
  ])("is refused at every level when it looks like %s", (unit, time) => {
    for (const validation of levels) {
      const acceptance = acceptText(withTime(time), NOW, rules({ validation }));
      expect(codesOf(acceptance)).toEqual(["time_unit time"]);
      expect(acceptance).toMatchObject({
        errors: [{ message: expect.stringContaining(`${unit} since 1970 (2025-03-13T00:00:00.`) }],
      });
    }
  });

  it.each([`${SECONDS}`, `${NOW}${MORE}`, `${NOW}${MORE}${MORE}`, `${SECONDS}.0`])(
    "is scaled by a repair: %s",
    (time) => {
      for (const validation of levels) {
        const acceptance = acceptText(withTime(time), NOW, rules({ validation, repair: true }));
        expect(acceptance).toMatchObject({ isRepaired: true, record: { time: NOW } });
        expect(recordOf(acceptance).event()["time"]).toBe(NOW);
      }
    },
  );

  it("is found in other timestamps: those of the event and its metadata, and with full validation all", () => {
    const { metadata } = whole;
    const event = { ...whole, end_time: SECONDS, metadata: { ...metadata, logged_time: NOW * 1000 } };
    const codes = ["time_unit end_time", "time_unit metadata.logged_time"];
    for (const validation of ["shape", "full"] as const) {
      expect(codesOf(acceptObject(event, NOW, rules({ validation })))).toEqual(codes);
    }
    const session = { ...whole, session: { uid: "s", created_time: SECONDS }, unmapped: { created_time: SECONDS } };
    expect(codesOf(acceptObject(session, NOW, rules({ validation: "full" })))).toEqual([
      "time_unit session.created_time",
    ]);
    const repaired = recordOf(acceptObject(session, NOW, rules({ validation: "full", repair: true }))).event();
    expect(repaired).toMatchObject({ session: { created_time: NOW }, unmapped: { created_time: SECONDS } });
  });

  it.each([1, 0, -1, 999_999_999, NOW, 99_999_999_999_999])("is not seen in %d", (time) => {
    for (const validation of levels) {
      expect(codesOf(acceptText(withTime(String(time)), NOW, rules({ validation })))).toEqual([]);
    }
  });
});
