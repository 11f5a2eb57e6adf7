import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datadog } from "@arbitex/connector-datadog";
import { elastic } from "@arbitex/connector-elastic";
import { sentinel } from "@arbitex/connector-sentinel";
import { splunkHec } from "@arbitex/connector-splunk";
import { sumoLogic } from "@arbitex/connector-sumo";
import { cortexXsiam } from "@arbitex/connector-xsiam";
import type { AnyConnector } from "@arbitex/core";
import { checkPassed } from "@arbitex/core";
import { createHost } from "@arbitex/core/host";
import { simulators } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Authority, KeyPair } from "../certificates.ts";
import { createAuthority } from "../certificates.ts";
import { generated, recordOf } from "./elastic-driver.ts";
import { fastClock, publishAll } from "./fast-host.ts";
import { startNginx } from "./nginx.ts";
import { until } from "./until.ts";

const DAY_MS = 86_400_000;
const EVENTS = 2000;

let authority: Authority;
let good: KeyPair;
let expired: KeyPair;
let foreign: KeyPair;

beforeAll(async () => {
  authority = await createAuthority("Test CA");
  good = await authority.issue({ name: "gateway", usage: "client" });
  const validity = { from: new Date(Date.now() - 2 * DAY_MS), to: new Date(Date.now() - DAY_MS) };
  expired = await authority.issue({ name: "gateway", usage: "client", validity });
  foreign = await (await createAuthority("Another CA")).issue({ name: "gateway", usage: "client" });
});

const connectors: readonly AnyConnector[] = [splunkHec, elastic, datadog, sumoLogic, cortexXsiam];

describe.each(connectors)("$type behind nginx that wants a client certificate", (connector) => {
  it.each<[string, () => KeyPair | undefined, RegExp]>([
    ["has expired", () => expired, /has expired/],
    ["is missing", () => undefined, /set tls_cert/],
    ["is of another authority", () => foreign, /does not know/],
  ])("keeps its events where the certificate %s, and its check says so", async (_, certificate, fix) => {
    const { sink, siem, send } = await setUp(connector, certificate());
    expect(await send()).toMatchObject({ kind: "suspend", fix: expect.stringMatching(fix) });
    const report = await sink.check?.(AbortSignal.timeout(10_000));
    expect(report && checkPassed(report)).toBe(false);
    expect(report?.steps.at(-1)).toMatchObject({ status: "failed", fix: expect.stringMatching(fix) });
    expect(siem.counts().requests).toBe(0);
  });

  it("delivers with a good one, and its check passes", async () => {
    const { sink, siem, send } = await setUp(connector, good);
    expect(await send()).toEqual({ kind: "accepted" });
    expect(siem.counts().stored).toBe(3);
    const report = await sink.check?.(AbortSignal.timeout(10_000));
    expect(report?.steps.filter(({ status }) => status === "failed")).toEqual([]);
  });
});

it("sentinel keeps its events where its endpoint's scheme is wrong, and its check says so", async () => {
  const { sink, send } = await setUp(sentinel, undefined);
  expect(await send()).toMatchObject({ kind: "suspend", fix: expect.stringMatching(/https:\/\//) });
  const report = await sink.check?.(AbortSignal.timeout(10_000));
  expect(report?.steps.at(-1)).toMatchObject({ status: "failed", fix: expect.stringMatching(/https:\/\//) });
});

it("all of them lose nothing while the certificate has expired, and deliver when nginx is content", async () => {
  const parts = await Promise.all(connectors.map((connector) => behindNginx(connector, expired)));
  const deadLetterPath = await mkdtemp(join(tmpdir(), "nginx-"));
  onTestFinished(() => rm(deadLetterPath, { recursive: true, force: true }));
  const host = await createHost({
    deadLetterPath,
    clock: fastClock(),
    destinations: parts.map(({ connector, config }) => ({
      id: connector.type,
      connector,
      config,
      // The hasty settings of the platform, under which events are given up soon.
      delivery: { onExhausted: "dead-letter", maxRetries: 3 },
    })),
  });
  onTestFinished(() => host.stop());
  const { destinations } = host.status();
  const counts = () => host.status().destinations.map(({ queued, counts: { delivered } }) => ({ queued, delivered }));

  await publishAll(host, generated(EVENTS));
  const areHeld = () => host.status().destinations.every(({ health }) => health === "failed");
  await until(areHeld, { what: "the suspension of all", limitMs: 60_000 });
  // A few rounds of probes, a minute apart by the host's clock.
  await until(async () => Math.min(...(await requests())) >= 3, { what: "some probes", limitMs: 60_000 });
  expect(counts()).toEqual(destinations.map(() => ({ queued: EVENTS, delivered: 0 })));
  expect(await readdir(deadLetterPath)).toEqual([]);
  expect(Math.max(...(await requests()))).toBeLessThan(100);

  await Promise.all(parts.map(({ nginx }) => nginx.openUp()));
  await until(() => counts().every(({ queued }) => queued === 0), { what: "delivery", limitMs: 120_000 });
  expect(counts()).toEqual(destinations.map(() => ({ queued: 0, delivered: EVENTS })));
  expect(await readdir(deadLetterPath)).toEqual([]);

  function requests(): Promise<readonly number[]> {
    return Promise.all(parts.map(async ({ nginx }) => (await nginx.statuses()).length));
  }
});

/** A simulated SIEM with nginx before it, and a connector that goes through. Sentinel has no certificate and no TLS settings. */
async function behindNginx(connector: AnyConnector, certificate: KeyPair | undefined) {
  const siem = await simulators[connector.type]?.start();
  if (siem === undefined) throw new Error(`there is no simulator of ${connector.type}`);
  onTestFinished(() => siem.close());
  const nginx = await startNginx({ authority, target: siem.url });
  onTestFinished(() => nginx.remove());
  const through = (value: unknown) =>
    typeof value === "string" ? value.replace(siem.url, `https://127.0.0.1:${nginx.port}`) : value;
  const settings =
    connector.type === "sentinel"
      ? { ...siem.config, endpoint: `http://127.0.0.1:${nginx.port}` }
      : {
          ...Object.fromEntries(Object.entries(siem.config).map(([name, value]) => [name, through(value)])),
          // The generator's events are old.
          ...(connector.type === "datadog" && { stale: "send" }),
          tls_ca: authority.cert,
          ...(certificate && { tls_cert: certificate.cert, tls_key: certificate.key }),
        };
  return { connector, siem, nginx, config: connector.configSchema.parse(settings) as never };
}

async function setUp(connector: AnyConnector, certificate: KeyPair | undefined) {
  const { siem, config } = await behindNginx(connector, certificate);
  const context = createTestContext({ now: Date.now });
  onTestFinished(() => context.egress.close());
  const sink = await connector.open(config, context);
  const compression = connector.type === "cortex_xsiam" ? "gzip" : "none";
  const send = () => {
    const batch = createTestBatch(connector, sink, generated(3).map(recordOf), { compression });
    return sink.send(batch, AbortSignal.timeout(10_000));
  };
  return { sink, siem, send };
}
