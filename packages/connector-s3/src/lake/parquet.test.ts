import { gunzipSync } from "node:zlib";
import type { OcsfEvent } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { hostileEvents } from "@arbitex/testkit";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { rowOf } from "./fit.ts";
import { parquetOf } from "./parquet.ts";

const generator = createEventGenerator({ seed: 12 });

async function readBack(events: readonly OcsfEvent[]) {
  const bytes = parquetOf(events.map((event) => createEventRecord(event)));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  return parquetReadObjects({ file, compressors: { GZIP: (input) => gunzipSync(input) } });
}

describe("an event as a row", () => {
  it("leaves nothing to unmapped that OCSF has a place for", () => {
    const events = Array.from({ length: 500 }, () => generator.next());
    const known = new Set(events.flatMap((event) => Object.keys(Object(event["unmapped"]))));
    const keys = events.flatMap((event) => unmappedOf(rowOf(event)).map(([key]) => key.split(".")[0]));
    expect(keys.filter((key) => !known.has(key ?? ""))).toEqual([]);
  });

  it("keeps what is of another type than its column, or in no column, under its path", () => {
    const event = {
      time: 1.5,
      class_uid: 2 ** 40,
      message: 7,
      actor: { user: { uid: "u", clearance: 3 }, process: { pid: 1, args: ["a"] } },
      resources: [{ uid: "r", owner: {} }],
      constructor: "c",
      unmapped: { message: "other", deep: { list: [1] } },
    };
    const row = rowOf(event);
    expect(row).toMatchObject({ actor: { user: { uid: "u" } } });
    expect(Object.fromEntries(unmappedOf(row))).toEqual({
      time: "1.5",
      class_uid: "1099511627776",
      message: "7",
      "actor.user.clearance": "3",
      "actor.process.pid": "1",
      "actor.process.args": '["a"]',
      resources: '[{"uid":"r","owner":{}}]',
      constructor: "c",
      "unmapped.message": "other",
      "deep.list": "[1]",
    });
  });
});

describe("a Parquet file", () => {
  it("gives back every value, in order of time", async () => {
    const events = Array.from({ length: 300 }, () => generator.next()).toReversed();
    const rows = await readBack(events);
    expect(rows.map(({ time }) => Number(time))).toEqual(
      events.map(({ time }) => Number(time)).toSorted((a, b) => a - b),
    );
    const byUid = new Map(rows.map((row) => [row["metadata"].uid, row]));
    for (const event of events) {
      const { metadata, actor } = event as { metadata: { uid: string }; actor: { user: { uid: string } } };
      const row = byUid.get(metadata.uid);
      expect(row).toMatchObject({ message: event["message"], class_uid: event["class_uid"] });
      expect(row?.["actor"].user.uid).toBe(actor.user.uid);
    }
  });

  it("has the same columns whatever is in it, and the same bytes for the same events", async () => {
    const few = [createEventRecord(generator.next())];
    expect(parquetOf(few)).toEqual(parquetOf(few));
    const [one] = await readBack([generator.next()]);
    const [other] = await readBack([{ ...generator.next(), unmapped: undefined }]);
    expect(Object.keys(one ?? {})).toEqual(Object.keys(other ?? {}));
  });

  it("takes every hostile event that the host takes", async () => {
    const taken = hostileEvents.map(({ event }) => event).filter(isTaken);
    expect(await readBack(taken)).toHaveLength(taken.length);
  });
});

function unmappedOf(row: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  const entries = (row["unmapped"] ?? []) as readonly { readonly key: string; readonly value: string }[];
  return entries.map(({ key, value }) => [key, value]);
}

function isTaken(event: OcsfEvent): boolean {
  try {
    createEventRecord(event);
    return true;
  } catch {
    return false;
  }
}
