import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createAuthority } from "../certificates.ts";
import { start } from "../server/command.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { countOf, generated, installTemplate } from "./elastic-driver.ts";
import { startSearchPeer } from "./search-peer.ts";
import { configFor, linesOf } from "./syslog/qradar-driver.ts";
import { startRsyslog } from "./syslog/rsyslog.ts";
import { until } from "./until.ts";

const INDEX = "arbitex-ocsf-workers";
const EVENTS = 20_000;

it("delivers a file from two workers to OpenSearch through a proxy that cuts, and to rsyslog over mutual TLS", async () => {
  const folder = await mkdtemp(join(tmpdir(), "workers-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const node = await startSearchPeer({ peer: "os2" });
  onTestFinished(() => node.stop());
  await installTemplate(node.url, "index-template.opensearch.json");
  const proxy = await startCuttingProxy({ targetPort: node.port, rate: 0.05, seed: 7 });
  onTestFinished(() => proxy.close());
  const authority = await createAuthority("Peers CA");
  const client = await authority.issue({ name: "arbitex-gateway", usage: "client" });
  const rsyslog = await startRsyslog({ authority });
  onTestFinished(() => rsyslog.remove());

  const events = generated(EVENTS);
  const tls = { tls_ca: authority.cert, tls_cert: client.cert, tls_key: client.key };
  await writeFile(join(folder, "events.ndjson"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  await writeFile(
    join(folder, "siem.config.json"),
    JSON.stringify({
      workers: 2,
      dead_letters: { path: join(folder, "dead-letters") },
      destinations: [
        {
          id: "opensearch",
          type: "elastic",
          config: { url: proxy.url, api_key: "id:key", index: INDEX },
          delivery: { max_retries: 20, max_backoff: 1, compression: "gzip" },
        },
        {
          id: "rsyslog",
          type: "qradar",
          config: { host: "127.0.0.1", port: rsyslog.port, source_host: "gateway-1", ...tls },
        },
      ],
    }),
  );
  const { finished } = start(["run", "--input", join(folder, "events.ndjson"), "--json"], {
    SIEM_CONFIG: join(folder, "siem.config.json"),
  });
  const { stdout, exitCode } = await finished;
  expect(JSON.parse(stdout)).toMatchObject({
    accepted: EVENTS,
    destinations: [
      { id: "opensearch", delivered: EVENTS },
      { id: "rsyslog", delivered: EVENTS },
    ],
  });
  expect(exitCode).toBe(0);
  expect(await countOf(node.url, INDEX)).toBe(EVENTS);
  // Otherwise nothing was proved.
  expect(Object.values(proxy.cuts).reduce((sum, cuts) => sum + cuts, 0)).toBeGreaterThan(3);
  await until(async () => (await rsyslog.lines()).length >= EVENTS, { what: `${EVENTS} lines`, limitMs: 30_000 });
  const expected = await linesOf(events, configFor(rsyslog, authority, client));
  expect((await rsyslog.lines()).toSorted()).toEqual(expected.toSorted());
});
