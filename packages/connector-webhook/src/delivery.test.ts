import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "@arbitex/core/host";
import type { LoggedRequest, WebhookSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startWebhookSimulator } from "@arbitex/simulators";
import { Webhook } from "standardwebhooks";
import { expect, it, onTestFinished } from "vitest";
import { webhook } from "./index.ts";

interface Delivered {
  readonly requests: readonly LoggedRequest[];
  readonly ids: readonly string[];
  readonly counts: unknown;
}

/** What a receiver gets of so many events, with batches of ten. */
async function deliver(count: number, options: WebhookSimulatorOptions, settings: object = {}): Promise<Delivered> {
  const siem = await startWebhookSimulator(options);
  const folder = await mkdtemp(join(tmpdir(), "webhook-"));
  const config = webhook.configSchema.parse({ ...siem.config, ...settings });
  const delivery = { batchSize: 10, flushIntervalMs: 0 };
  const host = await createHost({
    destinations: [{ id: "soc", connector: webhook, config, delivery }],
    deadLetterPath: folder,
  });
  onTestFinished(async () => {
    await host.stop();
    await siem.close();
    await rm(folder, { recursive: true });
  });
  const events = createEventGenerator({ seed: 2 });
  await host.publish(Array.from({ length: count }, () => events.next()));
  await host.settled();
  const [status] = host.status().destinations;
  expect(status?.counts).toMatchObject({ accepted: count, delivered: count });
  return { requests: siem.requests, ids: siem.ids, counts: siem.counts() };
}

function idsOf(requests: readonly LoggedRequest[]): readonly unknown[] {
  return requests.map(({ headers }) => headers["webhook-id"]);
}

it.each(["array", "ndjson"] as const)("delivers batches as %s, each with an id of its own", async (shape) => {
  const { requests, ids } = await deliver(30, { shape });
  expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
  expect(requests).toHaveLength(3);
  expect(new Set(idsOf(requests)).size).toBe(3);
});

it("delivers one event a request where that is asked for, each verified by the public library", async () => {
  const { requests, ids } = await deliver(25, { shape: "single" });
  expect([requests.length, new Set(ids).size]).toEqual([25, 25]);
  const verifier = new Webhook("whsec_c2ltdWxhdGVkLXJlY2VpdmVyLXNlY3JldC0x");
  for (const { body, headers } of requests) {
    const strings = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(verifier.verify(body, strings)).toEqual(JSON.parse(body));
  }
});

it("keeps the id of a batch that is sent again, so that a receiver drops what it has", {
  timeout: 20_000,
}, async () => {
  const faults = "reset-after:50%";
  const { requests, counts } = await deliver(10, { isIdempotent: true, faults, seed: 3 });
  expect(requests.length).toBeGreaterThan(1);
  expect(new Set(idsOf(requests)).size).toBe(1);
  expect(counts).toMatchObject({ stored: 10, repeated: 0 });
});

it("signs with both keys while one is changed", async () => {
  const [old, fresh] = [1, 2].map((fill) => `whsec_${Buffer.alloc(32, fill).toString("base64")}`);
  const rotated = { signing_secret: fresh, previous_signing_secret: old };
  // This receiver knows the old key alone, the next one the new.
  expect((await deliver(10, { secret: old ?? "" }, rotated)).ids).toHaveLength(10);
  expect((await deliver(10, { secret: fresh ?? "" }, rotated)).ids).toHaveLength(10);
});

it("sends the headers that are asked for, and none that are not", async () => {
  const settings = { username: "siem", password: "p", headers: { "X-Tenant": "acme" } };
  const { requests } = await deliver(1, {}, settings);
  expect(requests[0]?.headers).toMatchObject({
    authorization: "Basic c2llbTpw",
    "x-tenant": "acme",
    "content-type": "application/json",
    "webhook-timestamp": expect.stringMatching(/^\d{10}$/),
  });
});

it("dates each attempt by its own time, as receivers with a clock demand", async () => {
  expect((await deliver(10, { now: Date.now })).ids).toHaveLength(10);
});
