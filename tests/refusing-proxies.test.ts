import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import type { CheckReport, SendResult } from "@arbitex/core";
import { createConnectorRegistry, createEgress, createEventRecord, discoverConnectors } from "@arbitex/core/host";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { httpSettings } from "./http-settings.ts";

const registry = createConnectorRegistry(await discoverConnectors(import.meta.dirname));

describe.each(Object.keys(httpSettings))("%s behind a proxy", (type) => {
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
  const config: unknown = connector.configSchema.parse(httpSettings[type]?.(url));
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
