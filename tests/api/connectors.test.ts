import { join } from "node:path";
import type { CheckReport } from "@arbitex/core";
import type { ConnectorRegistry } from "@arbitex/core/host";
import { createConnectorRegistry, discoverConnectors, jsonSchemaOf } from "@arbitex/core/host";
import { serviceAccountKeyFile } from "@arbitex/simulators";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../packages/server/test/api-server.ts";
import { startApi } from "../../packages/server/test/api-server.ts";
import { writeDeadLetters } from "../../packages/server/test/dead-letters.ts";
import { tenantDestination } from "../../packages/server/src/organisations/tenants/tenant-destination.ts";

const CONFIGS = "/v1/org/siem-configs";

/** Good settings of each type; what holds `CANARY` must be told to nobody. */
function pem(label: string, content: string): string {
  return `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`;
}

const settings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  splunk_hec: {
    url: "https://splunk.example:8088",
    token: "CANARY-token",
    tls_cert: pem("CERTIFICATE", "cert"),
    tls_key: pem("PRIVATE KEY", "CANARY-key"),
  },
  elastic: { url: "https://es.example", username: "siem", password: "CANARY-password", api_key: "CANARY:key" },
  sentinel: {
    endpoint: "https://dce-a1b2.westeurope-1.ingest.monitor.azure.com",
    dcr_immutable_id: "dcr-00000000000000000000000000000000",
    stream_name: "Custom-Audit",
    tenant_id: "tenant",
    client_id: "client",
    client_secret: "CANARY-secret",
  },
  datadog: { api_key: "CANARYkey", tags: ["env:test"] },
  sumo_logic: { http_source_url: "https://collectors.sumologic.com/receiver/v1/http/CANARY" },
  qradar: { host: "qradar.example", tls_cert: pem("CERTIFICATE", "cert"), tls_key: pem("PRIVATE KEY", "CANARY-key") },
  s3: { bucket: "audit", region: "eu-central-1", access_key_id: "AKIA1", secret_access_key: "CANARY-secret" },
  syslog: { host: "syslog.example", tls_cert: pem("CERTIFICATE", "cert"), tls_key: pem("PRIVATE KEY", "CANARY-key") },
  webhook: {
    url: "https://soar.example/hooks/CANARY-path",
    signing_secret: "whsec_CANARYCANARYCANARYCANARYCANARYCA",
    previous_signing_secret: "whsec_PREVIOUSCANARYPREVIOUSCANARYCAN0",
    headers: { "x-api-key": "CANARY-key" },
  },
  otlp_http: { url: "https://otlp.example", headers: { "x-api-key": "CANARY-key", "x-org": "CANARY-org" } },
  google_secops: {
    project_id: "p",
    region: "eu",
    instance_id: "5a1b0000-0000-4000-8000-000000000001",
    service_account_key: serviceAccountKeyFile("https://oauth2.googleapis.com", "siem@p.iam.gserviceaccount.com"),
  },
  cortex_xsiam: { url: "https://api-tenant.xdr.eu.paloaltonetworks.com/logs/v1/event", api_key: "CANARY-key" },
};

let registry: ConnectorRegistry;
let api: ApiServer;
let report: CheckReport;

beforeAll(async () => {
  registry = createConnectorRegistry(await discoverConnectors(join(import.meta.dirname, "../..")));
});
beforeEach(async () => {
  report = { steps: [] };
  api = await startApi({
    api: {
      registry,
      destinationOf: (row) => tenantDestination(row, registry),
      host: { ...noHost, checkDestination: async () => report },
    },
  });
});
afterEach(() => api.close());

const noHost = {
  checkpointsOf: async () => undefined,
  status: () => ({
    accepted: 0,
    rejected: {},
    repaired: 0,
    auditRecords: noAuditRecords,
    destinations: [],
    kept: [],
    workers: { running: 0, ended: 0 },
  }),
  destinationOf: () => undefined,
  waitingDeadLetters: async () => new Map(),
  statusOf: () => undefined,
  deadLettersOf: async () => ({ bytes: 0, maxBytes: 1, destinations: [] }),
  check: async () => undefined,
  sendTrial: () => Promise.reject(new Error("no event is sent here")),
  explain: () => Promise.reject(new Error("no event is explained here")),
  async *tap() {},
  recentEvents: () => [],
  redactedFor: () => (record: { readonly json: string }) => record.json,
  attemptsOf: () => [],
  queueTrouble: async () => undefined,
  publish: async (event: unknown) => {
    published.push(JSON.stringify(event));
    return { accepted: 1, rejected: [] };
  },
};
const noAuditRecords = { mapped: 0, untimed: 0, unknownActions: {}, unreadableTimes: {} };
const published: string[] = [];

function isSecret(value: unknown): boolean {
  return /CANARY|BEGIN PRIVATE KEY/.test(JSON.stringify(value));
}

describe.each(Object.entries(settings))("%s", (type, config) => {
  const secrets = Object.entries(config).filter(([, value]) => isSecret(value));
  const marked = { ...config, ...Object.fromEntries(secrets.map(([key]) => [key, "[secret]"])) };

  it("is set up and changed, and no answer, event or log tells a secret", async () => {
    report = { steps: [{ name: "credential", status: "failed", detail: JSON.stringify(secrets) }] };
    const said: string[] = [];
    const call = async (...request: Parameters<ApiServer["call"]>) => {
      const reply = await api.call(...request);
      said.push(reply.text, JSON.stringify(reply.headers));
      return reply;
    };
    const created = await call("POST", CONFIGS, { body: { connector_type: type, config } });
    expect(created.json).toMatchObject({ config: marked });
    expect(Object.keys(created.json.secrets).toSorted()).toEqual(secrets.map(([key]) => key).toSorted());
    const url = `${CONFIGS}/${created.json.id}`;
    await writeDeadLetters(api.folder, `${created.json.id}.jsonl`, []);
    await call("GET", CONFIGS);
    await call("GET", url);
    await call("GET", `${url}/status`);
    await call("GET", `${url}/dead-letters?include=event`);
    expect((await call("POST", `${url}/test`)).json.passed).toBe(false);
    await call("POST", `${CONFIGS}/test`, { body: { connector_type: type, config } });
    // Put into every other setting, where it does not belong, the secret is not repeated either.
    for (const key of Object.keys(config)) {
      const wrong = { ...config, [key]: { CANARY: ["CANARY"] } };
      expect((await call("POST", CONFIGS, { body: { connector_type: type, config: wrong } })).status).toBe(422);
    }
    await call("POST", CONFIGS, { body: { connector_type: type, config: { ...config, unknown: "CANARY" } } });
    await call("POST", CONFIGS, { body: `{"connector_type":"${type}","config":{"token":"CANARY` });
    const kept = await call("PUT", url, { body: { config: marked, name: "kept" } });
    expect([kept.status, kept.json.version]).toEqual([200, 2]);
    expect(api.configs.rows.get(created.json.id)?.settings).toEqual(config);
    await call("DELETE", url);
    expect(said.filter((text) => text.includes("CANARY"))).toEqual([]);
    expect(published.filter((text) => text.includes("CANARY"))).toEqual([]);
    expect(api.failures.filter((error) => String(error.stack).includes("CANARY"))).toEqual([]);
  });

  it("tells forms which of its settings are secrets", async () => {
    const { json } = await api.call("GET", `/api/admin/siem/connectors/${type}`, { token: "siem_admin" });
    const connector = await registry.load(type);
    expect(json.config_schema).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(connector.configSchema))));
    for (const [key] of secrets) expect(json.config_schema.properties[key].writeOnly).toBe(true);
  });
});

describe("an address that is changed without its secret", () => {
  it.each([
    ["splunk_hec", "url", "https://evil.example:8088"],
    ["splunk_hec", "tls_verify", false],
    ["elastic", "url", "https://evil.example"],
    ["elastic", "cloud_id", "evil:ZXZpbC5leGFtcGxlJGFiYyRkZWY="],
    ["sentinel", "endpoint", "https://dce-evil.westeurope-1.ingest.monitor.azure.com"],
    ["sentinel", "authority_host", "https://evil.example"],
    ["sentinel", "cloud", "china"],
    ["datadog", "url", "https://evil.example"],
    ["datadog", "site", "us3.datadoghq.com"],
    ["qradar", "host", "evil.example"],
    ["qradar", "port", 514],
    ["cortex_xsiam", "url", "https://api-evil.xdr.eu.paloaltonetworks.com/logs/v1/event"],
  ])("is refused: %s %s", async (type, key, value) => {
    const config = settings[type] ?? {};
    const { json } = await api.call("POST", CONFIGS, { body: { connector_type: type, config } });
    const marked = Object.fromEntries(
      Object.entries({ ...config, [key]: value }).map(([name, given]) => [name, isSecret(given) ? "[secret]" : given]),
    );
    const reply = await api.call("PATCH", `${CONFIGS}/${json.id}`, { body: { config: marked } });
    expect([reply.status, reply.text]).toEqual([
      422,
      expect.stringContaining(`config.${key} changes who would receive it`),
    ]);
  });
});
