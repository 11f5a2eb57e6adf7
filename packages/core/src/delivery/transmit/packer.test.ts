import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Limits } from "../../connector/connector.ts";
import type { Encoded } from "../../connector/encoded.ts";
import { concatenatedJson, jsonArray, ndjson } from "../../connector/framing.ts";
import { createEventRecord } from "../intake/accept-event.ts";
import { createBodyPool } from "./body-pool.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Packed, PackResult } from "./packer.ts";
import { createPacker } from "./packer.ts";

const framings = { ndjson, jsonArray, concatenatedJson };

function textOf({ buffer, bytes }: Packed): string {
  return buffer.toString("utf8", 0, bytes);
}

/** A packer that packs at once what it would pack in parts. */
interface Packer {
  pack(records: readonly AcceptedEvent[]): PackResult;
}

function packerOf(limits: Limits, framing = jsonArray, encode: (record: AcceptedEvent) => Encoded = jsonOf): Packer {
  const packer = createPacker({ framing, limits, sink: { encode }, type: "test", pool: createBodyPool() });
  return {
    pack(records) {
      const packing = packer.begin(records);
      while (true) {
        const result = packing.goOn();
        if (result !== undefined) return result;
      }
    },
  };
}

function jsonOf(record: AcceptedEvent): string {
  return record.json;
}

function recordsOf(messages: readonly string[]): AcceptedEvent[] {
  return messages.map((message, index) =>
    createEventRecord({ class_uid: 6003, time: 1, message, metadata: { uid: `e${index}` } }, 0),
  );
}

function packAll(packer: Packer, records: readonly AcceptedEvent[]): { bodies: Packed[]; left: AcceptedEvent[] } {
  const bodies: Packed[] = [];
  const left: AcceptedEvent[] = [];
  for (let rest = records; rest.length > 0; ) {
    const { packed, unpackable, rest: more } = packer.pack(rest);
    if (packed !== undefined) bodies.push(packed);
    left.push(...unpackable.map(({ record }) => record));
    expect(more.length).toBeLessThan(rest.length);
    rest = more;
  }
  return { bodies, left };
}

describe("a packer", () => {
  it("frames events as declared", () => {
    const { packed } = packerOf({ maxBatchBytes: 1000 }).pack(recordsOf(["a", "b"]));
    expect(packed && JSON.parse(textOf(packed))).toMatchObject([{ message: "a" }, { message: "b" }]);
  });

  it("fills a body to the last byte and not one further", () => {
    const records = recordsOf(["é", "é"]);
    const exact = 1 + 2 * Buffer.byteLength(records[0]?.json ?? "") + 2;
    expect(packerOf({ maxBatchBytes: exact }).pack(records).rest).toHaveLength(0);
    expect(packerOf({ maxBatchBytes: exact - 1 }).pack(records).rest).toHaveLength(1);
  });

  it("packs an event above the batch limit alone where the SIEM takes such events", () => {
    const records = recordsOf(["a", "x".repeat(500), "b"]);
    const { bodies, left } = packAll(packerOf({ maxBatchBytes: 300, maxEventBytes: 1000 }), records);
    expect(bodies.map((body) => body.records.map(({ id }) => id))).toEqual([["e0"], ["e1"], ["e2"]]);
    expect(left).toEqual([]);
  });

  it("hands back an event that no body can take, with the size that it has and may have", () => {
    const { unpackable } = packerOf({ maxBatchBytes: 300 }).pack(recordsOf(["x".repeat(500)]));
    expect(unpackable).toMatchObject([
      { stage: "limit", reason: expect.stringMatching(/^\d+ bytes encoded, the limit is 298$/) },
    ]);
  });

  it("hands back an event alone whose parts look right and cannot be written", () => {
    const gone = new Uint8Array(10);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const encode = (record: AcceptedEvent): Encoded => {
      if (record.id === "e1") return ["{", gone];
      return record.id === "e2" ? ["{", { record, from: 1e9 }] : record.json;
    };
    const records = recordsOf(["a", "b", "c", "d"]);
    const { packed, unpackable, rest } = packerOf({ maxBatchBytes: 1000 }, jsonArray, encode).pack(records);
    expect(unpackable.map(({ record, stage }) => [record.id, stage])).toEqual([
      ["e1", "encode"],
      ["e2", "encode"],
    ]);
    expect(rest).toEqual([]);
    expect(packed && JSON.parse(textOf(packed))).toMatchObject([{ message: "a" }, { message: "d" }]);
  });

  it("never exceeds a limit, loses no event and keeps the order, whatever the events", () => {
    const message = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: "grapheme", maxLength: 60 }),
    );
    const limits = fc.record(
      {
        maxBatchBytes: fc.integer({ min: 60, max: 2000 }),
        maxBatchEvents: fc.integer({ min: 1, max: 9 }),
        maxEventBytes: fc.integer({ min: 60, max: 600 }),
      },
      { requiredKeys: ["maxBatchBytes"] },
    );
    const wellFormed = fc
      .array(message, { maxLength: 40 })
      .map((all) => all.map((text) => Buffer.from(text).toString().replaceAll("\0", "")));
    fc.assert(
      fc.property(
        wellFormed,
        limits,
        fc.constantFrom(...Object.values(framings)),
        fc.boolean(),
        (messages, given, framing, asBytes) => {
          const encode = asBytes ? (record: AcceptedEvent) => Buffer.from(record.json) : jsonOf;
          const records = recordsOf(messages);
          const { bodies, left } = packAll(packerOf(given, framing, encode), records);
          const most = Math.max(given.maxBatchBytes, (given.maxEventBytes ?? 0) + 2);
          for (const body of bodies) {
            expect(body.bytes).toBeLessThanOrEqual(body.records.length === 1 ? most : given.maxBatchBytes);
            expect(body.records.length).toBeLessThanOrEqual(given.maxBatchEvents ?? records.length);
            const { prefix = "", separator = "", suffix = "" } = framing;
            expect(textOf(body)).toBe(`${prefix}${body.records.map(jsonOf).join(separator)}${suffix}`);
          }
          expect(bodies.flatMap((body) => body.records)).toEqual(records.filter((record) => !left.includes(record)));
        },
      ),
    );
  });
});
