import type { OcsfEvent } from "@arbitex/core";
import { createEventGenerator } from "@arbitex/simulators";
import { hostileEvents, hostileTexts } from "@arbitex/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../test/parse-message.ts";
import { bare, recordOf } from "../test/record-of.ts";
import type { EncoderOptions } from "@arbitex/core/syslog";
import { createEncoder } from "@arbitex/core/syslog";
import { mapping } from "@arbitex/core/syslog";

const plain: EncoderOptions = {
  format: "cef",
  header: "rfc5424",
  framing: "lf",
  host: "gw-prod",
  maxMessageBytes: 8192,
};

function messageOf(event: OcsfEvent, options: Partial<EncoderOptions> = {}): string {
  const frame = createEncoder({ ...plain, ...options })(recordOf({ ...bare, ...event }));
  expect(frame.endsWith("\n")).toBe(true);
  return frame.slice(0, -1);
}

function parsed(event: OcsfEvent, options: Partial<EncoderOptions> = {}) {
  return parseMessage(messageOf(event, options));
}

const event: OcsfEvent = {
  class_name: "API Activity",
  activity_name: "Create",
  status_id: 1,
  metadata: { uid: "0191f2a0", product: { vendor_name: "Arbitex", name: "Gateway", version: "1.4.0" } },
  actor: { user: { email_addr: "a@b.c" } },
  src_endpoint: { ip: "203.0.113.7" },
  unmapped: { outcome: "ALLOW", model_id: "gpt-x", token_count_input: 812 },
};

describe("a message", () => {
  it("is what the documents show", () => {
    const head = "<134>1 2026-01-15T10:00:00.123Z gw-prod arbitex - - - ";
    expect(messageOf(event)).toBe(
      `${head}CEF:0|Arbitex|Gateway|1.4.0|6003:1|API Activity: Create|1|rt=1768471200123 externalId=0191f2a0 ` +
        "cat=ALLOW, success act=ALLOW outcome=success src=203.0.113.7 suser=a@b.c cs1Label=model cs1=gpt-x " +
        "cn1Label=promptTokens cn1=812",
    );
    expect(messageOf(event, { format: "leef" })).toBe(
      `${head}LEEF:2.0|Arbitex|Gateway|1.4.0|6003:1|^|devTime=1768471200123^eventUid=0191f2a0^sev=1^` +
        "className=API Activity^cat=ALLOW^outcome=success^src=203.0.113.7^usrName=a@b.c^resource=gpt-x^" +
        "promptTokens=812^activityName=Create",
    );
    expect(messageOf(event, { header: "rfc3164" })).toMatch(/^<134>Jan 15 10:00:00 gw-prod CEF:0\|Arbitex\|/);
  });

  it("pads the day of the old header with a space", () => {
    const time = Date.UTC(2026, 6, 4, 3, 2, 1);
    expect(messageOf({ time }, { header: "rfc3164" })).toMatch(/^<134>Jul {2}4 03:02:01 gw-prod /);
  });

  it("carries its length in bytes before it where the receiver counts", () => {
    const encode = createEncoder({ ...plain, framing: "octet_counting" });
    const frame = Buffer.from(encode(recordOf({ ...bare, message: "Ωmega \ud800 漢 👩‍👩‍👧" })));
    const [, count = "", rest = ""] = /^(\d+) (.*)$/su.exec(frame.toString()) ?? [];
    expect(Buffer.byteLength(rest)).toBe(Number(count));
    expect(rest.endsWith("👧")).toBe(true);
  });

  it.each([
    [0, 134, "0", "1"],
    [1, 134, "1", "1"],
    [2, 133, "3", "3"],
    [3, 132, "5", "5"],
    [4, 131, "8", "8"],
    [5, 130, "9", "9"],
    [6, 129, "10", "10"],
    [99, 132, "5", "5"],
    [42, 134, "0", "1"],
  ])("has for severity %i the priority %i and the severities %s and %s", (severity_id, priority, cef, leef) => {
    const message = parsed({ severity_id });
    expect([message.priority, message.header[6]]).toEqual([priority, cef]);
    expect(parsed({ severity_id }, { format: "leef" }).values["sev"]).toBe(leef);
  });

  it("takes the time of intake where a header cannot tell the event's own", () => {
    for (const time of [Number.NaN, -1, 1e18]) {
      const record = { ...recordOf(bare), time, acceptedAt: Date.UTC(2026, 1, 3) };
      expect(createEncoder(plain)(record)).toContain("1 2026-02-03T00:00:00.000Z gw");
    }
  });

  it("names an event that has no names by its class and activity", () => {
    expect(parsed({}).header).toEqual(["0", "Arbitex", "Arbitex", "unknown", "6003:1", "Event 6003:1", "1"]);
  });

  it("never lets the host's name end the header early", () => {
    expect(parsed({}, { host: "my host|x\n" }).host).toBe("my-host|x-");
  });
});

describe("CEF", () => {
  it("escapes backslash and pipe in the header, backslash and equals in values, line breaks in values alone", () => {
    const text = "a\\b|c=d\ne\rf\tg";
    const message = messageOf({ class_name: text, activity_name: undefined, message: text });
    expect(message).toContain("|a\\\\b\\|c=d e f g|1|");
    expect(message).toContain(" msg=a\\\\b|c\\=d\\ne\\rf\tg");
    expect(parseMessage(message).values["msg"]).toBe(text);
  });

  it("sends IPv6 addresses where CEF has them, and IPv4 in either form as IPv4", () => {
    expect(parsed({ src_endpoint: { ip: "2001:db8::7" } }).values).toMatchObject({
      c6a2: "2001:db8::7",
      c6a2Label: "Source IPv6 Address",
    });
    for (const ip of ["::ffff:203.0.113.7", "::ffff:cb00:7107", "203.0.113.7:443", " 203.0.113.7"]) {
      expect(parsed({ src_endpoint: { ip } }).values).toMatchObject({ src: "203.0.113.7" });
    }
    expect(parsed({ src_endpoint: { ip: "unknown" } }).keys).not.toContain("src");
  });

  it("keeps an id whole: in a key of our own where the dictionary's is too short", () => {
    const uid = "a".repeat(64);
    const { values } = parsed({ metadata: { uid } });
    expect(values).toMatchObject({ ArbitexEventUid: uid });
    expect(values).not.toHaveProperty("externalId");
  });

  it("never exceeds the dictionary's maxima", () => {
    const long = "x=\\".repeat(5000);
    const { values, header } = parsed(
      {
        message: long,
        class_name: long,
        unmapped: { action_taken: long, model_id: long },
        metadata: { uid: "1", product: { name: long, vendor_name: long, version: long } },
      },
      { maxMessageBytes: 32_000 },
    );
    expect(header.map(({ length }) => length).slice(1)).toEqual([63, 63, 31, 6, 512, 1]);
    expect([values["msg"]?.length, values["act"]?.length, values["cat"]?.length]).toEqual([1023, 63, 1023]);
    expect(values["cs1"]?.length).toBe(4000);
  });
});

describe("the category of CEF", () => {
  const request = { class_name: "API Activity", activity_name: "Create", status_id: 1 };

  it.each<[string, OcsfEvent, OcsfEvent]>([
    ["success and failure of a login", { class_uid: 3002, status_id: 1 }, { class_uid: 3002, status_id: 2 }],
    [
      "a request that was blocked and one that was skipped",
      { ...request, unmapped: { outcome: "BLOCK" } },
      { ...request, unmapped: { outcome: "SKIP" } },
    ],
    [
      "a request that was allowed and one that failed all the same",
      { ...request, unmapped: { outcome: "ALLOW" } },
      { ...request, unmapped: { outcome: "ALLOW" }, status_id: 2 },
    ],
    [
      "activities that OCSF has no number for",
      { class_uid: 3001, activity_id: 99, activity_name: "Role Assignment", status_id: 1 },
      { class_uid: 3001, activity_id: 99, activity_name: "Group Membership", status_id: 1 },
    ],
    [
      "what was done about a finding",
      { class_uid: 2004, disposition_id: 2, disposition: "Blocked" },
      { class_uid: 2004, disposition_id: 3, disposition: "Quarantined" },
    ],
  ])("tells apart %s, whose id is the same", (_, one, other) => {
    const [first, second] = [parsed(one), parsed(other)];
    expect(second.header[4]).toBe(first.header[4]);
    expect(second.values["cat"]).not.toBe(first.values["cat"]);
  });

  it("is the activity where nothing else is known", () => {
    expect(parsed({ activity_name: "Create" }).values["cat"]).toBe("Create");
  });
});

describe("LEEF", () => {
  it("replaces what it cannot escape", () => {
    const message = messageOf(
      { message: "a^b|c=d\ne\tf", metadata: { uid: "1", product: { name: "G|a^te" } } },
      { format: "leef" },
    );
    expect(message).toContain("|G a te|");
    expect(message).toContain("^msg=a b|c=d e f");
  });

  it("tells activities apart that OCSF has no number for, so that each can have its own QID", () => {
    const other = { activity_id: 99, activity_name: "Role Assignment", status_id: 1 };
    expect(parsed(other, { format: "leef" }).values["cat"]).toBe("Role Assignment");
    expect(parsed({ status_id: 2 }, { format: "leef" }).values["cat"]).toBe("failure");
  });

  it("leaves out a time that QRadar could not read without being told its form", () => {
    expect(parsed({ time: 999 }, { format: "leef" }).keys).not.toContain("devTime");
  });
});

describe("what a finding means", () => {
  it("is no outcome where its status tells how far the work on it is", () => {
    const { values } = parsed({ class_uid: 2004, status_id: 1, status: "New" });
    expect(values).toMatchObject({ ArbitexFindingState: "New" });
    expect(values).not.toHaveProperty("outcome");
  });

  it("is found where the strict rendering and class 2004 have put actor and source", () => {
    const parts = { actor: { user: { uid: "u7" } }, src_endpoint: { ip: "203.0.113.9" } };
    for (const moved of [{ unmapped: parts }, { evidences: [parts] }]) {
      expect(parsed({ class_uid: 2001, ...moved }).values).toMatchObject({ suid: "u7", src: "203.0.113.9" });
    }
  });

  it("is the action that was taken", () => {
    expect(parsed({ class_uid: 2001, status_detail: "CANCEL", unmapped: { action: "dlp_block" } }).values["act"]).toBe(
      "CANCEL",
    );
  });
});

/** A value for every path that is read. */
const everything = fc.constantFrom(...mapping.flatMap(({ from }) => from).filter((path) => !path.startsWith("$")));
const nasty = fc.oneof(
  fc.constantFrom(...Object.values(hostileTexts)),
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\\", "=", "|", "^", "\n", "\r", "\t", " ", "\0", "a", "é", "漢", "👩", "\ud83d"),
  }),
  fc.string({ unit: fc.constantFrom("\\", "=", "漢", "👩"), minLength: 500, maxLength: 3000 }),
  fc.constant({ a: [1] }),
  fc.double(),
  fc.boolean(),
);
const hostile = fc.array(fc.tuple(everything, nasty), { maxLength: 25 }).map((fields) => {
  const made: Record<string, unknown> = structuredClone(bare);
  for (const [path, value] of fields) put(made, path.split("."), value);
  return made;
});

function put(object: Record<string, unknown>, [key = "", ...rest]: readonly string[], value: unknown): void {
  const under = object[key];
  if (rest.length === 0) object[key] = value;
  else put((object[key] = isObject(under) ? under : {}), rest, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const LINE_BREAKS = "\n\r";

function isSayable(character: string, format: "cef" | "leef"): boolean {
  if (format === "leef") return character >= " " && character !== "\u007f" && character !== "^";
  return (character >= " " && character !== "\u007f") || `${LINE_BREAKS}\t`.includes(character);
}

function bytesOf(message: string): number {
  return Buffer.byteLength(message);
}

describe.each(["cef", "leef"] as const)("whatever is in an event, as %s", (format) => {
  it("is one line that a receiver can read, within the limit", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2048, max: 32_000 }), (fields, maxMessageBytes) => {
        const record = { ...recordOf(bare), event: () => fields };
        const frame = createEncoder({ ...plain, format, maxMessageBytes })(record);
        expect(frame.indexOf("\n")).toBe(frame.length - 1);
        const message = frame.slice(0, -1);
        // A header of nothing but long characters is more than the smallest limit: the host then refuses the event.
        if (maxMessageBytes >= 4096) expect(bytesOf(message)).toBeLessThanOrEqual(maxMessageBytes);
        expect(
          message.split("").filter((character) => !isSayable(character, "cef") || LINE_BREAKS.includes(character)),
        ).toEqual([]);
        const { values, header } = parseMessage(message);
        expect(header[4]).toMatch(/^\d+:\d+$/);
        for (const value of Object.values(values)) {
          expect(value).not.toBe("");
          expect(value.trim()).toBe(value);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("comes out as it went in, but for what the format cannot say", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const { values } = parsed({ message: text }, { format });
        const sayable = text
          .split("")
          .map((character) => (isSayable(character, format) ? character : " "))
          .join("")
          .trim();
        expect(values["msg"] ?? "").toBe(sayable);
      }),
    );
  });

  it("is read from the generator's events and the hostile ones", () => {
    const generator = createEventGenerator({ seed: 5 });
    const events = Array.from({ length: 500 }, () => generator.next());
    for (const given of [...events, ...hostileEvents.map((entry) => entry.event)]) {
      expect(parsed(given, { format }).host).toBe("gw-prod");
    }
  });
});
