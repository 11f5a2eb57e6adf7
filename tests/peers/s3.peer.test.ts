import s3 from "@arbitex/connector-s3";
import type { OcsfEvent } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Moto, ReadObject } from "./s3/moto.ts";
import { startMoto } from "./s3/moto.ts";
import { deliverByFile, deliverByHttp } from "./through-server.ts";

const EVENTS = 5000;
const DAY = 86_400_000;
const NOON = Date.UTC(2026, 10, 30, 12);
let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

function configFor(settings: object = {}) {
  const { id, secret } = moto.user;
  const key = { access_key_id: id, secret_access_key: secret };
  return { bucket: "audit", region: "us-east-1", endpoint: moto.url, path_style: true, ...key, ...settings };
}

/** Half of them of one day, half of the next. */
function eventsFor(count: number): readonly OcsfEvent[] {
  const generator = createEventGenerator({ seed: 77 });
  return Array.from({ length: count }, (_, at) => ({ ...generator.next(), time: NOON + (at % 2) * DAY }));
}

describe.each(["run --input", "HTTP"] as const)("moto, by %s,", (way) => {
  const deliver = way === "HTTP" ? deliverByHttp : deliverByFile;

  it("has each event of the real server once, in packed lines, by day", async () => {
    const events = eventsFor(EVENTS);
    const account = await deliver(events, { type: "s3", config: configFor() });
    expect(account).toMatchObject({ accepted: EVENTS, delivered: EVENTS, dead_lettered: 0, queued: 0 });
    const objects = await moto.takeObjects();
    expectOnce(objects, events);
    for (const { key, events: inside } of objects) {
      expect(key).toMatch(/^arbitex\/eventDay=(\d{8})\/\1T120000Z-[0-9a-f]{32}\.ndjson\.gz$/);
      expect(new Set(inside.map(dayOf))).toEqual(new Set([/eventDay=(\d+)/.exec(key)?.[1]]));
    }
  });

  it("has them as Parquet where Security Lake wants them, one class in an object, as PyArrow reads it", async () => {
    const events = eventsFor(EVENTS);
    const config = configFor({ format: "parquet", lake_account_id: "123456789012" });
    const account = await deliver(events, { type: "s3", config });
    expect(account).toMatchObject({ accepted: EVENTS, delivered: EVENTS, dead_lettered: 0, queued: 0 });
    const objects = await moto.takeObjects();
    expectOnce(objects, events);
    const path = /^ext\/arbitex-(\d{4})\/region=us-east-1\/accountId=123456789012\/eventDay=(\d{8})\/\w+-\w+\.parquet$/;
    for (const { key, events: inside, time } of objects) {
      const [, classUid, day] = path.exec(key) ?? [];
      expect(new Set(inside.map((row) => `${String(row["class_uid"])} ${dayOf(row)}`))).toEqual(
        new Set([`${classUid ?? ""} ${day ?? ""}`]),
      );
      expect(time).toBe("int64");
    }
    const bySource = new Map(events.map((event) => [uidOf(event), event]));
    for (const row of objects.flatMap((object) => object.events)) {
      const event = bySource.get(uidOf(row));
      for (const name of ["time", "message", "severity_id", "type_uid"]) expect(row[name]).toEqual(event?.[name]);
      expect(row["actor"]).toMatchObject({ user: { uid: Object(event?.["actor"]).user.uid } });
    }
  });
});

it("stores a batch once, however often it comes", async () => {
  const { sink, batch } = await opened(configFor());
  for (let round = 0; round < 3; round++) expect(await sink.send(batch, signal)).toEqual({ kind: "accepted" });
  expect(await moto.takeObjects()).toHaveLength(1);
});

it("writes with the temporary key of a role, one for each source", async () => {
  const role = moto.user.role.replace("arbitex-6003", "{source}");
  const settings = { format: "parquet", role_arn: role, external_id: "lake", sts_endpoint: moto.url };
  const { sink, batch } = await opened(configFor(settings));
  expect(await sink.check?.(signal)).toMatchObject({ steps: [{ name: "role", status: "passed" }, {}, {}, {}] });
  expect(await sink.send(batch, signal)).toEqual({ kind: "accepted" });
  expect(await moto.takeObjects()).toHaveLength(1);
});

it.each([
  ["a wrong secret", { secret_access_key: "wrong" }, "secret_access_key"],
  ["an unknown key", { access_key_id: "AKIAUNKNOWN000000000" }, "access_key_id"],
  ["a bucket that is not there", { bucket: "elsewhere" }, "bucket"],
])("suspends for %s, and says what to change", async (_, settings, fix) => {
  const { sink, batch } = await opened(configFor(settings));
  expect(await sink.send(batch, signal)).toMatchObject({ kind: "suspend", fix: expect.stringContaining(fix) });
  const report = await sink.check?.(signal);
  expect(report?.steps.at(-1)).toMatchObject({ status: "failed", fix: expect.stringContaining(fix) });
});

const signal = new AbortController().signal;

async function opened(settings: object) {
  const context = createTestContext({ now: Date.now });
  const sink = await s3.open(s3.configSchema.parse(settings), context);
  onTestFinished(async () => {
    await sink.close?.();
    await context.egress.close();
  });
  const records = eventsFor(400)
    .filter((event) => event["class_uid"] === 6003 && event["time"] === NOON)
    .map((event) => createEventRecord(event));
  return { sink, batch: createTestBatch(s3, sink, records) };
}

function expectOnce(objects: readonly ReadObject[], events: readonly OcsfEvent[]): void {
  const uids = objects.flatMap(({ events: inside }) => inside.map(uidOf));
  expect(uids).toHaveLength(events.length);
  expect(new Set(uids)).toEqual(new Set(events.map(uidOf)));
}

function uidOf(event: Readonly<Record<string, unknown>>): string {
  return (event["metadata"] as { readonly uid: string }).uid;
}

function dayOf({ time }: Readonly<Record<string, unknown>>): string {
  return new Date(Number(time)).toISOString().slice(0, 10).replaceAll("-", "");
}
