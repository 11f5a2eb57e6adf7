import { describe, expect, it } from "vitest";
import { AcceptedEvent } from "../../../event/accepted-event.ts";
import { ByteEvent } from "../../../event/byte-event.ts";
import { scannedEvent } from "../../../event/scan/scanned-event.ts";
import { sharedBytes } from "../../../event/shared-bytes.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { NumberWriter } from "./number-writer.ts";

const facts = { id: "e1", orgId: null, classUid: 3002, severityId: 1, time: 1, acceptedAt: 1 };
const text = (json: string) => new AcceptedEvent({ ...facts, json });
function bytes(json: string): ByteEvent {
  const memory = Buffer.from(`before${json}behind`);
  const own = memory.subarray(6, -6);
  return new ByteEvent({ ...facts, text: own, bytes: own.length, notes: undefined, notesAt: 0 });
}

const core = '"class_uid":3002,"severity_id":1,"time":1796000000000';
const metadata = '"metadata":{"uid":"é1","version":"1.1.0"}';
const actor = '"actor":{"user":{"uid":"u1","name":"漢","email_addr":"a@example.com"}}';
const source = '"src_endpoint":{"ip":"10.0.0.1"}';
const unmapped = '"unmapped":{"a":1,"b":[{"c":"d"}]}';
const events: Readonly<Record<string, string>> = {
  "without unmapped": `{${core},${actor},${metadata},${source}}`,
  "with unmapped behind metadata": `{${core},${actor},${metadata},${unmapped},${source}}`,
  "with unmapped before metadata": `{${unmapped},${source},${core},${metadata},${actor}}`,
  "that is large": `{${core},${metadata},${actor},${source},"message":"${"é".repeat(40_000)}"}`,
};
const forms = { "kept as text": text, "kept as bytes": bytes };
const places = [
  ["metadata", "uid"],
  ["actor", "user", "uid"],
  ["actor", "user", "name"],
  ["actor", "user", "email_addr"],
  ["src_endpoint", "ip"],
];

describe.each(Object.entries(forms))("an event %s", (_form, recordOf) => {
  it.each(Object.entries(events))("%s is sent with its number and its fingerprint", (_what, json) => {
    const { record, fingerprint } = new NumberWriter({ step: undefined, isFingerprinted: true }).write(
      recordOf(json),
      "soc/1",
      7,
    );
    const sent = JSON.parse(record.json);
    const stated = { algorithm: "SHA-256", algorithm_id: 3, value: fingerprint };
    const given = JSON.parse(json);
    expect(sent).toEqual({
      ...given,
      metadata: { ...given.metadata, sequence: 7 },
      unmapped: { ...given.unmapped, attestation: { chain_uid: "soc/1", fingerprint: stated } },
    });
    expect(fingerprintOf(sent)).toBe(fingerprint);
    expect(Buffer.byteLength(record.json)).toBeLessThanOrEqual(record.bytes);
  });

  it.each(Object.entries(events))("%s has a number alone where fingerprints are off", (_what, json) => {
    const made = new NumberWriter({ step: undefined, isFingerprinted: false }).write(recordOf(json), "soc/1", 12_345);
    expect(made.fingerprint).toBe("");
    expect(JSON.parse(made.record.json)).toMatchObject({
      metadata: { sequence: 12_345 },
      unmapped: { attestation: { chain_uid: "soc/1" } },
    });
  });

  it.each(Object.entries(events).slice(0, 3))("%s tells encoders where its texts stand", (_what, json) => {
    const { record } = new NumberWriter({ step: undefined, isFingerprinted: true }).write(recordOf(json), "soc/1", 7);
    const texts = scannedEvent(record)?.texts ?? new Int32Array(10);
    const shared = sharedBytes(record);
    const found = places.map((_, index) => {
      const [start = 0, end = 0] = texts.subarray(index * 2);
      return JSON.parse(shared?.bytes.toString("utf8", shared.start + start, shared.start + end) ?? "");
    });
    const sent = JSON.parse(json);
    expect(found).toEqual(places.map((path) => path.reduce((value, name) => value[name], sent)));
  });
});

it("two streams send one event's bytes in turn, each with its own number", () => {
  const record = bytes(events["without unmapped"] ?? "");
  const writer = new NumberWriter({ step: undefined, isFingerprinted: true });
  const [one, other] = [writer.write(record, "a/1", 1).record, writer.write(record, "b/1", 2).record];
  for (let turn = 0; turn < 3; turn++) {
    expect(JSON.parse(one.json)).toMatchObject({ metadata: { sequence: 1 } });
    expect(JSON.parse(other.json)).toMatchObject({ metadata: { sequence: 2 } });
  }
});
