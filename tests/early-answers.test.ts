// The short form of a proof. The long one: EARLY_ANSWERS=10000 npx vitest run tests/early-answers.test.ts
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Destination } from "@arbitex/core/host";
import { configuredDestination, createConnectorRegistry, createHost, discoverConnectors } from "@arbitex/core/host";
import { createEventGenerator, serviceAccountKeyFile, startHecSimulator, testCertificates } from "@arbitex/simulators";
import { describe, expect, it, onTestFinished } from "vitest";
import type { HostileSiem } from "./early-answers/hostile-siem.ts";
import { ANSWERS_PER_CONNECTION, startHostileSiem, startTokenServer } from "./early-answers/hostile-siem.ts";

const ANSWERS = Number(process.env["EARLY_ANSWERS"] ?? 200);
const MARK = "EVENT-OF-ORGANISATION-";
const BATCH = 60;
const EVENT_BYTES = 12_000;

const { ca } = testCertificates;
const registry = createConnectorRegistry(await discoverConnectors(import.meta.dirname));

interface Kind {
  readonly type: string;
  readonly tls: boolean;
  readonly answer: string | undefined;
  readonly config: (url: string, port: number, tokens: number) => object;
}

const bulkReply = JSON.stringify({
  errors: false,
  items: Array.from({ length: BATCH }, () => ({ create: { status: 201 } })),
});

const kinds: readonly Kind[] = [
  {
    type: "splunk_hec",
    tls: true,
    answer: ok('{"text":"Success","code":0}'),
    config: (url) => ({ url, token: "5a1b0000-0000-4000-8000-000000000001", tls_ca: ca }),
  },
  { type: "elastic", tls: false, answer: ok(bulkReply), config: (url) => ({ url, api_key: "a2V5OmtleQ==" }) },
  {
    type: "sentinel",
    tls: false,
    answer: "HTTP/1.1 204 No Content\r\n\r\n",
    config: (url, _, tokens) => ({
      endpoint: url,
      dcr_immutable_id: "dcr-00000000000000000000000000005a1b",
      stream_name: "Custom-ArbitexAuditLogs",
      tenant_id: "5a1b0000-0000-4000-8000-000000000001",
      client_id: "5a1b0000-0000-4000-8000-000000000002",
      client_secret: "sim~ulated-client-secret",
      authority_host: `http://127.0.0.1:${tokens}`,
    }),
  },
  {
    type: "datadog",
    tls: true,
    answer: ok("{}", 202),
    config: (url) => ({ url, api_key: "51e3a9f0c0de4000800051e3a9f0c0de", tls_ca: ca }),
  },
  {
    type: "sumo_logic",
    tls: false,
    answer: ok(""),
    config: (url) => ({ http_source_url: `${url}/receiver/v1/http/x` }),
  },
  { type: "webhook", tls: false, answer: ok(""), config: (url) => ({ url }) },
  {
    type: "google_secops",
    tls: false,
    answer: ok("{}"),
    config: (url, _, tokenPort) => ({
      project_id: "p",
      region: "eu",
      instance_id: "5a1b0000-0000-4000-8000-000000000001",
      service_account_key: serviceAccountKeyFile(`http://127.0.0.1:${tokenPort}`),
      url,
    }),
  },
  { type: "otlp_http", tls: false, answer: ok(""), config: (url) => ({ url }) },
  {
    type: "cortex_xsiam",
    tls: true,
    answer: ok('{"error":"false"}'),
    config: (url) => ({ url, api_key: "a-key", compression: "none", tls_ca: ca }),
  },
  {
    type: "s3",
    tls: true,
    answer: 'HTTP/1.1 200 OK\r\netag: "x"\r\ncontent-length: 0\r\n\r\n',
    config: (url) => ({
      bucket: "audit",
      region: "us-east-1",
      endpoint: url,
      path_style: true,
      access_key_id: "AKIA1",
      secret_access_key: "a-secret",
      tls_ca: ca,
    }),
  },
  { type: "qradar", tls: true, answer: undefined, config: (_, port) => ({ host: "127.0.0.1", port, tls_ca: ca }) },
  {
    type: "syslog",
    tls: true,
    answer: undefined,
    // As JSON these events are over the limit of a message, and none would be sent.
    config: (_, port) => ({ host: "127.0.0.1", port, format: "cef", tls_ca: ca }),
  },
];

describe.each([0, 2])("with %i workers, servers that answer before they have read", (workers) => {
  it("never read an event of another organisation", { timeout: 600_000 }, async () => {
    const tokens = await startTokenServer();
    const victim = await startHecSimulator({ keep: "count" });
    const hostile: HostileSiem[] = [];
    const destinations = [await destination("victim", "splunk_hec", "victim", victim.config)];
    for (const { type, tls, answer, config } of [...kinds, ...kinds]) {
      const id = `${type}-${hostile.length}`;
      const siem = await startHostileSiem({ tls, answer, mark: MARK, own: id });
      hostile.push(siem);
      const url = `${tls ? "https" : "http"}://127.0.0.1:${siem.port}`;
      destinations.push(await destination(id, type, id, config(url, siem.port, tokens.port)));
    }
    const folder = await mkdtemp(join(tmpdir(), "early-"));
    const egress = { allow: ["127.0.0.0/8"], plainHttp: true };
    const host = await createHost({ destinations, deadLetterPath: folder, egress, workers, maxQueuedBytes: 2 ** 31 });
    onTestFinished(async () => {
      await host.stop({ deadlineMs: 0 });
      await Promise.all([...hostile, tokens, victim].map((server) => server.close()));
      await rm(folder, { recursive: true, force: true });
    });

    const answers = () => hostile.reduce((total, siem) => total + siem.answers(), 0);
    const events = createEventGenerator({ seed: 1 });
    const filled = (orgId: string) =>
      Array.from({ length: BATCH }, () => ({
        ...events.next(),
        time: Date.now(),
        actor: { org: { uid: orgId } },
        message: `${MARK}${orgId}`.padEnd(EVENT_BYTES, "."),
      }));
    const queued = (id: string) => host.status().destinations.find((one) => one.id === id)?.queued ?? 0;
    while (answers() < ANSWERS) {
      for (const { id } of destinations.slice(1)) {
        if (queued(id) > 0) continue;
        for (let batch = 0; batch < ANSWERS_PER_CONNECTION; batch++) await host.publish(filled(id));
      }
      // Whatever memory has become free is filled with the others' events.
      for (let batch = 0; batch < 8; batch++) await host.publish(filled("victim"));
      await expect.poll(() => queued("victim"), { interval: 5, timeout: 60_000 }).toBe(0);
    }
    // What is unread is read now.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(hostile.map((siem) => siem.foreign())).toEqual(hostile.map(() => 0));
    // Otherwise nothing was proved.
    for (const siem of hostile) expect(siem.bytes()).toBeGreaterThan(EVENT_BYTES);
    expect(victim.counts().stored).toBeGreaterThan(0);
  });
});

async function destination(id: string, type: string, orgId: string, config: object): Promise<Destination> {
  const delivery = {
    batch_size: BATCH,
    flush_interval: 0.05,
    max_retries: 0,

    concurrency: 1,
  };
  const entry = { id, type, org_id: orgId, config: { ...config }, delivery } as const;
  const made = await configuredDestination(entry, { registry });
  if (made.destination === undefined) throw new Error(JSON.stringify(made.problems));
  return made.destination;
}

function ok(body: string, status = 200): string {
  return `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
