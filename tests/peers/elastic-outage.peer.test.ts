import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { DrivenSink } from "./elastic-driver.ts";
import { countOf, driveSink, generated, order } from "./elastic-driver.ts";
import { openFastHost, publishAll, statusOf } from "./fast-host.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";
import { until } from "./until.ts";

describe.each([
  { name: "Elasticsearch 8.19", peer: "es8" },
  { name: "OpenSearch 2.19", peer: "os2" },
] as const)("outages of $name", ({ peer }) => {
  let node: SearchPeer;

  beforeAll(async () => {
    node = await startSearchPeer({ peer });
  });

  afterAll(async () => {
    await node?.stop();
  });

  async function open(): Promise<DrivenSink> {
    const driven = await driveSink({ url: node.url, index: "outage", target: "index" });
    onTestFinished(() => driven.close());
    return driven;
  }

  it("retries when the node hangs, and stores every event once when it goes on", async () => {
    const { send } = await open();
    const first = generated(10);
    const second = generated(10);
    expect(await send(first)).toEqual({ kind: "accepted" });
    node.signal("SIGSTOP");
    const verdict = await send(second, { signal: AbortSignal.timeout(500) });
    node.signal("SIGCONT");
    expect(verdict).toMatchObject({ kind: "retry", ambiguous: true });
    expect(await send(second)).toEqual({ kind: "accepted" });
    expect(await countOf(node.url, "outage")).toBe(20);
  });

  it("finds acknowledged events again after the node was killed, and stores none twice", async () => {
    const { send } = await open();
    const events = generated(10);
    expect(await send(events)).toEqual({ kind: "accepted" });
    const { port, folder } = node;
    node.signal("SIGKILL");
    await node.ended();
    expect(await send(generated(1))).toMatchObject({ kind: "retry", reason: expect.stringMatching(/ECONN|closed/) });
    expect(await send(generated(1))).toMatchObject({ kind: "retry", reason: expect.stringContaining("ECONNREFUSED") });

    node = await startSearchPeer({ peer, port, folder });
    expect(await send(events)).toEqual({ kind: "accepted" });
    expect(await countOf(node.url, "outage")).toBe(30);
  });

  it("loses nothing when the node is killed in the middle of a stream", async () => {
    const deadLetterPath = await scratchFolder();
    const host = await openFastHost({ url: node.url, index: "killed", deadLetterPath, delivery: { maxRetries: 1000 } });
    const events = generated(5000);
    const published = publishAll(host, events);
    await until(() => statusOf(host).counts.delivered > 1000, { what: "the first thousand", limitMs: 30_000 });
    const { port, folder } = node;
    node.signal("SIGKILL");
    await node.ended();
    expect(statusOf(host).counts.delivered).toBeLessThan(5000);
    node = await startSearchPeer({ peer, port, folder });
    await published;
    await host.settled();
    expect(statusOf(host)).toMatchObject({ queued: 0, counts: { delivered: 5000 } });
    expect(await countOf(node.url, "killed")).toBe(5000);
    await host.stop();
    expect(await readdir(deadLetterPath)).toEqual([]);
  });

  it("keeps the events of a blocked index, names the fix, and delivers when the block is gone", async () => {
    await order(`${node.url}/held`, "PUT", { settings: { "index.blocks.write": true } });
    const deadLetterPath = await scratchFolder();
    const host = await openFastHost({ url: node.url, index: "held", deadLetterPath });
    await publishAll(host, generated(500));
    await until(() => statusOf(host).health === "failed", { what: "the suspension", limitMs: 10_000 });
    expect(statusOf(host)).toMatchObject({ queued: 500, fix: expect.stringContaining("Remove the write block") });

    await order(`${node.url}/held/_settings`, "PUT", { "index.blocks.write": null });
    await until(() => statusOf(host).counts.delivered === 500, { what: "the delivery", limitMs: 10_000 });
    expect(await countOf(node.url, "held")).toBe(500);
    await host.stop();
    expect(await readdir(deadLetterPath)).toEqual([]);
  });
});

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "elastic-outage-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
