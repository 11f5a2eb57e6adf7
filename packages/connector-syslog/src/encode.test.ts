import type { EventRecord } from "@arbitex/core";
import { encodedBytes, encodedText } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { hostileEvents } from "@arbitex/testkit";
import { describe, expect, it } from "vitest";
import { createJsonEncoder } from "./encode.ts";

const sender = { form: "rfc5424", host: "gw 1", app: "arbitex", facility: 13 } as const;

const record = createEventRecord({
  metadata: { uid: "e1", version: "1.1.0", product: { name: "Gateway", vendor_name: "Arbitex" } },
  class_uid: 6003,
  category_uid: 6,
  activity_id: 1,
  type_uid: 600301,
  severity_id: 4,
  time: Date.UTC(2026, 0, 15, 10),
  message: "Größe {漢}",
});

describe("an event as one message of OCSF JSON", () => {
  it("has a header of RFC 5424 with the facility, the event's severity and time, and no word more than six", () => {
    const text = encodedText(createJsonEncoder({ ...sender, framing: "lf" })(record));
    expect(text).toBe(`<107>1 2026-01-15T10:00:00.000Z gw-1 arbitex - - - ${record.json}\n`);
  });

  it("is counted in bytes", () => {
    const bytes = encodedBytes(createJsonEncoder({ ...sender, framing: "octet_counting" })(record));
    const [, count] = /^(\d+) /.exec(bytes.toString("latin1")) ?? [];
    expect(Number(count)).toBe(bytes.length - `${count} `.length);
  });

  it("stays one line, and comes out as it went in, whatever is in it", () => {
    const encode = createJsonEncoder({ ...sender, framing: "lf" });
    for (const hostile of hostileRecords()) {
      const text = encodedText(encode(hostile));
      expect(text.indexOf("\n")).toBe(text.length - 1);
      expect(JSON.parse(text.slice(text.indexOf("{")))).toEqual(hostile.event());
    }
  });
});

function hostileRecords(): readonly EventRecord[] {
  return hostileEvents.flatMap(({ event }) => {
    try {
      return [createEventRecord(event)];
    } catch {
      return [];
    }
  });
}
