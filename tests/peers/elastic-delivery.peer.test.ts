import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client as ElasticClient } from "@elastic/elasticsearch";
import { Client as OpenSearchClient } from "@opensearch-project/opensearch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CuttingProxy } from "./cutting-proxy.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { countOf, driveSink, generated, installTemplate, recordOf } from "./elastic-driver.ts";
import { openFastHost, publishAll, statusOf } from "./fast-host.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";

const INDEX = "arbitex-ocsf";
const EVENTS = 20_000;

describe.each([
  { name: "Elasticsearch 8.19", peer: "es8", template: "index-template.json", readBack: readWithElasticsearch },
  { name: "OpenSearch 2.19", peer: "os2", template: "index-template.opensearch.json", readBack: readWithOpenSearch },
] as const)("delivery to $name", ({ peer, template, readBack }) => {
  let node: SearchPeer;
  let proxy: CuttingProxy;
  let folder: string;

  beforeAll(async () => {
    node = await startSearchPeer({ peer });
    await installTemplate(node.url, template);
    proxy = await startCuttingProxy({ targetPort: node.port, rate: 0.2, seed: 7 });
    folder = await mkdtemp(join(tmpdir(), "elastic-delivery-"));
  });

  afterAll(async () => {
    await proxy?.close();
    await node?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("stores an event so that the vendor's own client reads it back unchanged", async () => {
    const driven = await driveSink({ url: node.url, index: "arbitex-ocsf-read-back" });
    const [event = {}] = generated(1);
    expect(await driven.send([event])).toEqual({ kind: "accepted" });
    await countOf(node.url, "arbitex-ocsf-read-back");
    const record = recordOf(event);
    expect(await readBack(node.url, "arbitex-ocsf-read-back", record.id)).toEqual({
      "@timestamp": new Date(record.time).toISOString(),
      ...event,
    });
    await driven.close();
  });

  it("loses no event and stores none twice through a proxy that cuts connections, also when all come again", async () => {
    const events = generated(EVENTS);
    const host = await openFastHost({
      url: proxy.url,
      index: INDEX,
      deadLetterPath: folder,
      delivery: { maxRetries: 20 },
    });
    for (const round of [1, 2]) {
      await publishAll(host, events);
      await host.settled();
      const status = statusOf(host);
      expect(status).toMatchObject({ queued: 0, health: "healthy" });
      expect(status.counts.delivered).toBe(round * EVENTS);
      expect(await countOf(node.url, INDEX)).toBe(EVENTS);
    }
    await host.stop();
    expect(await readdir(folder)).toEqual([]);
    // Otherwise nothing was proved.
    expect(Math.min(...Object.values(proxy.cuts))).toBeGreaterThan(5);
  });
});

async function readWithElasticsearch(node: string, index: string, id: string): Promise<unknown> {
  const client = new ElasticClient({ node });
  const { hits } = await client.search({ index, query: { ids: { values: [id] } } });
  await client.close();
  return hits.hits[0]?.["_source"];
}

async function readWithOpenSearch(node: string, index: string, id: string): Promise<unknown> {
  const client = new OpenSearchClient({ node });
  const { body } = await client.search({ index, body: { query: { ids: { values: [id] } } } });
  await client.close();
  return body.hits.hits[0]?.["_source"];
}
