import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import type { CheckReport, SendResult } from "@arbitex/core";
import { createConnectorRegistry, createEgress, createEventRecord, discoverConnectors } from "@arbitex/core/host";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { serviceAccountKeyFile } from "@arbitex/simulators";
import { describe, expect, it, onTestFinished } from "vitest";

const registry = createConnectorRegistry(await discoverConnectors(import.meta.dirname));

const ID = "5a1b0000-0000-4000-8000-000000000001";

/** Settings for a SIEM at this URL. */
const settings: Readonly<Record<string, (url: string) => object>> = {
  splunk_hec: (url) => ({ url, token: ID }),
  elastic: (url) => ({ url, api_key: "a2V5OmtleQ==" }),
  datadog: (url) => ({ url, api_key: "51e3a9f0c0de4000800051e3a9f0c0de" }),
  sumo_logic: (url) => ({ http_source_url: `${url}/receiver/v1/http/x` }),
  webhook: (url) => ({ url }),
  otlp_http: (url) => ({ url }),
  cortex_xsiam: (url) => ({ url, api_key: "a-key", compression: "none" }),
  google_secops: (url) => ({
    project_id: "p",
    region: "eu",
    instance_id: ID,
    service_account_key: serviceAccountKeyFile(url),
    url,
  }),
  sentinel: (url) => ({
    endpoint: url,
    dcr_immutable_id: "dcr-00000000000000000000000000005a1b",
    stream_name: "Custom-ArbitexAuditLogs",
    tenant_id: ID,
    client_id: ID,
    client_secret: "sim~ulated-client-secret",
    authority_host: url,
  }),
};

describe.each(Object.keys(settings))("%s behind a proxy", (type) => {
  it.each([
    ["https", 407, "SIEM_PROXY_CREDENTIAL", "HTTPS_PROXY"],
    ["http", 407, "SIEM_PROXY_CREDENTIAL", "HTTP_PROXY"],
    ["https", 403, "SIEM_PROXY_REFUSED", "HTTPS_PROXY"],
    ["http", 403, "SIEM_PROXY_REFUSED", "HTTP_PROXY"],
  ])(
    "suspends for %s when it answers %i, and names the proxy, as its check does",
    async (scheme, status, code, variable) => {
      const proxy = await startProxy((socket) => socket.write(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`));
      const { verdict, report } = await tried(type, `${scheme}://siem.example:8443`, proxy);
      expect(verdict).toMatchObject({
        kind: "suspend",
        reason: expect.stringMatching(code),
        fix: expect.stringMatching("proxy.*credential|credential.*proxy|proxy's user and password"),
      });
      expect(JSON.stringify(verdict)).toMatch(variable);
      const failed = report.steps.find((step) => step.status === "failed");
      expect(failed).toMatchObject({ detail: expect.stringMatching(code), fix: expect.stringContaining(variable) });
    },
  );

  it.each<[string, (socket: Socket) => void]>([
    ["answers 502", (socket) => socket.write("HTTP/1.1 502 Bad Gateway\r\n\r\n")],
    ["hangs up", (socket) => socket.destroy()],
    ["speaks something else", (socket) => socket.write("SSH-2.0-OpenSSH\r\n\r\n")],
  ])("retries when it %s: once, and in no doubt that nothing was sent", async (_, answer) => {
    const proxy = await startProxy(answer);
    const { verdict } = await tried(type, "https://siem.example:8443", proxy, { check: false });
    expect(verdict).toMatchObject({ kind: "retry" });
    expect(verdict).not.toHaveProperty("ambiguous");
    expect(proxy.asked()).toBe(1);
  });
});

async function tried(type: string, url: string, proxy: { readonly url: string }, { check = true } = {}) {
  const connector = await registry.load(type);
  const egress = createEgress({ environment: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url } });
  onTestFinished(() => egress.close());
  const config: unknown = connector.configSchema.parse(settings[type]?.(url));
  const sink = await connector.open(config as never, createTestContext({ egress, now: Date.now }));
  const record = createEventRecord({ class_uid: 6003, time: Date.now(), metadata: { uid: "e1" } });
  const signal = AbortSignal.timeout(10_000);
  const verdict: SendResult = await sink.send(createTestBatch(connector, sink, [record], { config }), signal);
  const report: CheckReport = (check && (await sink.check?.(signal))) || { steps: [] };
  return { verdict, report };
}

/** Takes CONNECT as its user wants it to. */
async function startProxy(answer: (socket: Socket) => void) {
  let asked = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", (chunk) => {
      if (chunk.toString("latin1").startsWith("CONNECT siem.example:8443 HTTP/1.1\r\n")) asked++;
      answer(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://user:password@127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}
