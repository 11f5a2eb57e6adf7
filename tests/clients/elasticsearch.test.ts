import { Client, errors } from "@elastic/elasticsearch";
import type { BulkSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startBulkSimulator } from "@arbitex/simulators";
import { expect, it, onTestFinished } from "vitest";

const API_KEY = Buffer.from("id:key").toString("base64");

async function start(options: BulkSimulatorOptions = {}, clientOptions: { compression?: boolean } = {}) {
  const search = await startBulkSimulator({ apiKey: API_KEY, ...options });
  const client = new Client({ node: search.url, auth: { apiKey: API_KEY }, maxRetries: 0, ...clientOptions });
  onTestFinished(async () => {
    await client.close();
    await search.close();
  });
  return { search, client };
}

function documents(count: number) {
  const generator = createEventGenerator({ seed: 5 });
  return Array.from({ length: count }, (_value, index) => {
    const event = generator.next();
    return { "@timestamp": new Date(Number(event["time"])).toISOString(), id: `event-${index}`, ocsf: event };
  });
}

it("@elastic/elasticsearch recognises the simulator as Elasticsearch", async () => {
  const { client } = await start();
  expect(await client.info()).toMatchObject({ version: { number: "8.19.21" }, tagline: "You Know, for Search" });
});

it("@elastic/elasticsearch writes, repeats and counts by client.bulk", async () => {
  const { search, client } = await start();
  const operations = documents(25).flatMap((document) => [{ create: { _id: document.id } }, document]);
  const first = await client.bulk({ index: "arbitex-ocsf", operations });
  expect([first.errors, first.items.length, first.items[0]?.create?.status]).toEqual([false, 25, 201]);
  const repeated = await client.bulk({ index: "arbitex-ocsf", operations });
  expect(repeated.errors).toBe(true);
  expect(repeated.items.every(({ create }) => create?.error?.type === "version_conflict_engine_exception")).toBe(true);
  expect((await client.count({ index: "arbitex-ocsf" })).count).toBe(25);
  expect(search.stored.map(({ source }) => source)).toEqual(documents(25));
});

it("@elastic/elasticsearch delivers packed by helpers.bulk, and sends an overloaded item again", async () => {
  const { search, client } = await start({}, { compression: true });
  search.faults.script([{ kind: "partial", status: 429 }]);
  const result = await client.helpers.bulk({
    datasource: documents(300),
    onDocument: (document) => ({ create: { _index: "logs-arbitex.ocsf-default", _id: document.id } }),
    flushBytes: 50_000,
    retries: 2,
    wait: 1,
    refreshOnCompletion: true,
  });
  expect(result).toMatchObject({ total: 300, successful: 300, failed: 0 });
  // The client counts the two lines of the item.
  expect(result.retry).toBe(2);
  expect(search.counts()).toMatchObject({ stored: 300, repeated: 0, refused: 0 });
});

it("@elastic/elasticsearch drops what the mapping refuses and names it", async () => {
  const { client } = await start({ mapping: { "ocsf.time": "date" } });
  const bad = { "@timestamp": "2026-01-15T08:00:00Z", id: "bad", ocsf: { time: "some day" } };
  const dropped: unknown[] = [];
  const result = await client.helpers.bulk({
    datasource: [...documents(3), bad],
    onDocument: (document) => ({ create: { _index: "arbitex-ocsf", _id: document.id } }),
    onDrop: ({ status, error }) => void dropped.push([status, error?.type]),
  });
  expect(result).toMatchObject({ successful: 3, failed: 1 });
  expect(dropped).toEqual([[400, "document_parsing_exception"]]);
});

it("@elastic/elasticsearch reads the simulator's errors as its own", async () => {
  const { search, client } = await start({ maxBodyBytes: 500 });
  const operations = documents(1).flatMap((document) => [{ create: {} }, document]);
  await expect(client.bulk({ index: "arbitex-ocsf", operations })).rejects.toMatchObject({ statusCode: 413 });
  search.faults.script([{ kind: "truncated" }]);
  const small = { index: "arbitex-ocsf", operations: [{ create: { _id: "a" } }, { "@timestamp": 1 }] };
  await expect(client.bulk(small)).rejects.toBeInstanceOf(errors.ConnectionError);
  const stranger = new Client({ node: search.url, auth: { apiKey: "wrong" }, maxRetries: 0 });
  onTestFinished(() => stranger.close());
  await expect(stranger.bulk(small)).rejects.toMatchObject({
    statusCode: 401,
    meta: { body: { error: { type: "security_exception" } } },
  });
});
