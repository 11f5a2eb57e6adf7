import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { DrivenSink } from "./elastic-driver.ts";
import { countOf, driveSink, generated } from "./elastic-driver.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";

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
});
