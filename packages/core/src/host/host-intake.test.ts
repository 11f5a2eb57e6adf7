import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { writeMmdb } from "../../test/mmdb.ts";
import { defineConnector } from "../connector/connector.ts";
import { ndjson } from "../connector/framing.ts";
import type { OcsfEvent } from "../event/accepted-event.ts";
import { createEventBuilders } from "../ocsf/builders/event-builders.ts";
import type { Rendering } from "../ocsf/rendering.ts";
import { validateText } from "../ocsf/validate-text.ts";
import type { Destination } from "./config/destination.ts";
import type { HostOptions } from "./host-options.ts";
import { createHost } from "./host.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "intake-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Receiver {
  readonly destination: Destination;
  /** The events' texts. */
  readonly received: string[];
}

function receiver(id: string, rendering: Rendering = "arbitex"): Receiver {
  const received: string[] = [];
  const connector = defineConnector({
    type: "test",
    displayName: "Test",
    guarantee: "accepted",
    configSchema: z.strictObject({}),
    limits: { maxBatchBytes: 100_000 },
    framing: ndjson,
    open: () => ({
      encode: (record) => record.json,
      async send({ body }) {
        received.push(...body.toString().trim().split("\n"));
        return { kind: "accepted" };
      },
    }),
  });
  return { received, destination: { id, connector, config: {}, delivery: { flushIntervalMs: 0, rendering } } };
}

async function open(receivers: readonly Receiver[], options: Partial<HostOptions> = {}) {
  return createHost({
    destinations: receivers.map(({ destination }) => destination),
    deadLetterPath: folder,
    ...options,
  });
}

function event(): OcsfEvent {
  const source = { ip: "203.0.113.7", isAnonymous: true };
  return { ...createEventBuilders().authentication({ time: 1, user: { uid: "u" }, source }) };
}

describe("a host's intake", () => {
  it("judges as the host is set, and as a call says for its own events", async () => {
    const host = await open([receiver("all")], { validation: "full" });
    const odd = JSON.stringify({ ...event(), colour: "red" });
    expect(await host.publishTexts([odd])).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, errors: [{ code: "attribute_unknown", path: "colour" }] }],
    });
    expect(await host.publishTexts([odd], { validation: "shape" })).toMatchObject({ accepted: 1 });
    expect(host.status().rejected).toEqual({ attribute_unknown: 1 });
    await host.stop();
  });

  it("counts the events that it repaired", async () => {
    const all = receiver("all");
    const host = await open([all]);
    const { type_uid: _, ...untyped } = event();
    await host.publish([untyped, event()], { repair: true });
    await host.publish(untyped);
    await host.stop();
    expect(host.status()).toMatchObject({ accepted: 3, repaired: 1 });
    expect(all.received.map((json) => (JSON.parse(json) as OcsfEvent)["type_uid"])).toEqual([
      300_201,
      300_201,
      undefined,
    ]);
  });

  it("delivers audit records as events, and says which actions it did not know", async () => {
    const all = receiver("all");
    const host = await open([all], { validation: "full", auditRecords: { findingClass: 2004 } });
    const records = [{ action: "dlp_block", timestamp: "2025-03-13T00:00:00Z" }, "no record"];
    expect(await host.publishAuditRecords(records)).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
    const texts = ['{"action":"tea_made","timestamp":"2025-03-13T00:00:00Z"}', "{"];
    expect(await host.publishAuditRecordTexts(texts)).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
    await host.stop();
    expect(all.received.map((json) => (JSON.parse(json) as OcsfEvent)["class_uid"])).toEqual([2004, 6003]);
    const counts = { mapped: 2, unknownActions: { tea_made: 1 }, untimed: 0, unreadableTimes: {} };
    expect(host.status().auditRecords).toEqual(counts);
  });

  it("gives each destination the rendering it asked for", async () => {
    const arbitex = receiver("arbitex");
    const strict = receiver("strict", "strict");
    const host = await open([arbitex, strict]);
    await host.publish(event());
    await host.stop();
    expect(arbitex.received.map((json) => validateText(json).errors.length > 0)).toEqual([true]);
    expect(strict.received.map((json) => validateText(json).errors)).toEqual([[]]);
  });

  it("adds what a GeoIP database knows", async () => {
    const city = join(folder, "city.mmdb");
    await writeFile(city, writeMmdb({ type: "City", networks: { "203.0.113.0/24": { country: { iso_code: "DE" } } } }));
    const all = receiver("all");
    const host = await open([all], { geoip: { city }, validation: "off" });
    await host.publishTexts([JSON.stringify(event())]);
    await host.stop();
    expect(all.received[0]).toContain('"location":{"country":"DE"}');
  });

  it("does not start with a GeoIP database that cannot be used", async () => {
    const city = join(folder, "none.mmdb");
    await expect(open([receiver("all")], { geoip: { city } })).rejects.toMatchObject({ code: "SIEM_GEOIP_DATABASE" });
  });
});
