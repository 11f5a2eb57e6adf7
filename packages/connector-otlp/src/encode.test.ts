import type { Encoded, EventRecord, OcsfEvent } from "@arbitex/core";
import { encodedBytes } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator, startOtlpSimulator } from "@arbitex/simulators";
import { hostileEvents } from "@arbitex/testkit";
import { describe, expect, it } from "vitest";
import * as json from "./encode-json.ts";
import * as protobuf from "./encode-protobuf.ts";

type Encode = (record: EventRecord) => Encoded;

/** The framed bytes of some events, and what a receiver reads out of them. */
async function received(encoding: "protobuf" | "json", encode: Encode, records: readonly EventRecord[]) {
  const siem = await startOtlpSimulator();
  const {
    contentType,
    prefix = "",
    separator = "",
    suffix = "",
  } = encoding === "json" ? json.jsonFraming("gäteway") : { contentType: "application/x-protobuf" };
  const parts = records.map((record, index) =>
    Buffer.concat([Buffer.from(index === 0 ? prefix : separator), encodedBytes(encode(record))]),
  );
  const reply = await fetch(`${siem.url}/v1/logs`, {
    method: "POST",
    headers: { "content-type": contentType, authorization: `Bearer ${String(siem.config["bearer_token"])}` },
    body: Buffer.concat([...parts, Buffer.from(suffix)]),
  });
  const { stored } = siem;
  await siem.close();
  return { status: reply.status, stored };
}

const generator = createEventGenerator({ seed: 4 });
const ordinary = Array.from({ length: 30 }, () => generator.next());
const odd: readonly OcsfEvent[] = hostileEvents.map(({ event }) => event);

function recordsOf(events: readonly OcsfEvent[]): readonly EventRecord[] {
  return events.flatMap((event) => {
    try {
      return [createEventRecord(event)];
    } catch {
      // The host takes no such event, so that no encoder ever sees it.
      return [];
    }
  });
}

const records = recordsOf([
  ...ordinary,
  ...odd,
  {
    class_uid: 6003,
    time: 1,
    unmapped: { big: 1e300, half: 1.5, less: -7, least: -(2 ** 53) + 1, nothing: null, yes: true, no: false, list: [] },
  },
]);

const ways: readonly (readonly ["protobuf" | "json", "text" | "structured", Encode])[] = [
  ["protobuf", "text", protobuf.encodeText("gäteway")],
  ["protobuf", "structured", protobuf.encodeStructured("gäteway")],
  ["json", "text", json.encodeText],
  ["json", "structured", json.encodeStructured],
];

describe.each(ways)("events in %s with a body of %s", (encoding, body, encode) => {
  it("arrive whole, each as a log record of its own, in order", async () => {
    const { status, stored } = await received(encoding, encode, records);
    expect(status).toBe(200);
    expect(stored).toHaveLength(records.length);
    for (const [index, record] of records.entries()) {
      const { body: got } = stored[index] ?? {};
      expect(typeof got === "string" ? JSON.parse(got) : got).toEqual(record.event());
      if (body === "text") expect(got).toBe(record.json);
    }
  });

  it("have their time, severity, name, service and attributes", async () => {
    const event = {
      ...generator.next(),
      class_uid: 3002,
      class_name: "Authentication",
      severity_id: 4,
      time: 1_764_000_000_123,
      actor: { user: { uid: "u-1", email_addr: "é@example.com" } },
      src_endpoint: { ip: "203.0.113.7" },
    };
    const record = createEventRecord(event);
    const { stored } = await received(encoding, encode, [record]);
    expect(stored[0]).toMatchObject({
      serviceName: "gäteway",
      timeUnixNano: "1764000000123000000",
      observedTimeUnixNano: `${record.acceptedAt}000000`,
      severityNumber: 17,
      severityText: "High",
      eventName: "ocsf.authentication",
      attributes: {
        "log.record.uid": record.id,
        "ocsf.class_uid": 3002,
        "user.id": "u-1",
        "user.email": "é@example.com",
        "client.address": "203.0.113.7",
      },
    });
  });
});

it("protobuf adds less than 600 bytes to an event's own", () => {
  const encode = protobuf.encodeText("arbitex-platform");
  for (const record of recordsOf(ordinary)) {
    expect(encodedBytes(encode(record)).length - Buffer.byteLength(record.json)).toBeLessThan(600);
  }
});
