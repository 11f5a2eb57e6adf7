import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import splunk from "@arbitex/connector-splunk";
import type { SendResult } from "@arbitex/core";
import { httpClient } from "@arbitex/core";
import { createEgress, createEventRecord } from "@arbitex/core/host";
import type { HecSimulator, HecSimulatorOptions } from "@arbitex/simulators";
import { startHecSimulator, testCertificates } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { createAuthority } from "./certificates.ts";

const { ca, server, client } = testCertificates;
const opened: { close(): Promise<unknown> | void }[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0).toReversed()) await resource.close();
});

async function startHec(options: HecSimulatorOptions = {}): Promise<HecSimulator> {
  const simulator = await startHecSimulator(options);
  opened.push(simulator);
  return simulator;
}

async function sendOnce(
  simulator: HecSimulator,
  settings: object = {},
  environment: Record<string, string> = {},
): Promise<SendResult> {
  const egress = createEgress({ environment });
  opened.push(egress);
  const config = splunk.configSchema.parse({ ...simulator.config, ...settings });
  const sink = await splunk.open(config, createTestContext({ egress }));
  const record = createEventRecord({ class_uid: 6003, time: 1, metadata: { uid: "e1" } });
  return sink.send(createTestBatch(splunk, sink, [record]), AbortSignal.timeout(10_000));
}

describe("the way out", () => {
  it("verifies certificates unless told otherwise by name", async () => {
    const hec = await startHec({ tls: server });
    expect(await sendOnce(hec)).toMatchObject({ kind: "suspend", fix: expect.stringContaining("tls_ca") });
    expect(await sendOnce(hec, { tls_ca: ca })).toEqual({ kind: "accepted" });
    expect(await sendOnce(hec, { tls_verify: false })).toEqual({ kind: "accepted" });
    expect(hec.counts()).toMatchObject({ stored: 1, repeated: 1 });
  });

  it("shows a client certificate where one is set", async () => {
    const hec = await startHec({ tls: { ...server, clientCa: ca } });
    // What is seen of the refusal first, its reason or the end of the connection, is chance.
    expect(await sendOnce(hec, { tls_ca: ca })).toMatchObject({ kind: expect.stringMatching(/^(?:suspend|retry)$/) });
    expect(await sendOnce(hec, { tls_ca: ca, tls_cert: client.cert, tls_key: client.key })).toEqual({
      kind: "accepted",
    });
    expect(hec.counts().stored).toBe(1);
  });

  it("does not take a certificate for another name", async () => {
    const hec = await startHec({ tls: server, host: "127.0.0.2" });
    const verdict = await sendOnce(hec, { tls_ca: ca });
    expect(verdict).toMatchObject({ kind: "suspend", reason: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID") });
  });

  it("explains a port that speaks no TLS", async () => {
    const hec = await startHec();
    const verdict = await sendOnce(hec, { url: hec.url.replace("http:", "https:") });
    expect(verdict).toMatchObject({ kind: "suspend", fix: expect.stringContaining("speaks no TLS") });
  });

  it("names the file that cannot be read, but not a key", async () => {
    const hec = await startHec({ tls: server });
    await expect(sendOnce(hec, { tls_ca: "/absent/ca.pem" })).resolves.toMatchObject({
      reason: expect.stringContaining('tls_ca: "/absent/ca.pem" cannot be read'),
    });
    const verdict = await sendOnce(hec, { tls_cert: client.cert, tls_key: "canary-key" });
    expect(JSON.stringify(verdict)).not.toContain("canary-key");
  });

  it("keeps its connection between batches, over TLS too", async () => {
    let connections = 0;
    const siem = createTlsServer(server, (incoming, response) => {
      incoming.resume().on("end", () => response.end("ok"));
    });
    siem.on("secureConnection", () => connections++);
    siem.listen(0, "127.0.0.1");
    await once(siem, "listening");
    opened.push({
      close() {
        siem.closeAllConnections();
        siem.close();
      },
    });
    const egress = createEgress({ environment: {} });
    opened.push(egress);
    const http = httpClient({ context: { egress }, tls: { tls_verify: true, tls_ca: ca } });
    const { port } = siem.address() as AddressInfo;
    for (let round = 0; round < 3; round++)
      await http.send({ url: `https://127.0.0.1:${port}/`, body: Buffer.from("x") }, AbortSignal.timeout(10_000));
    expect(connections).toBe(1);
  });

  it("uses a file that was replaced, without a new sink", async () => {
    const folder = await mkdtemp(join(tmpdir(), "egress-"));
    opened.push({ close: () => rm(folder, { recursive: true }) });
    const path = join(folder, "ca.pem");
    const stranger = await createAuthority("Stranger");
    await writeFile(path, stranger.cert);
    const hec = await startHec({ tls: server });
    const egress = createEgress({ environment: {} });
    opened.push(egress);
    const config = splunk.configSchema.parse({ ...hec.config, tls_ca: path });
    const sink = await splunk.open(config, createTestContext({ egress }));
    const batch = () =>
      createTestBatch(splunk, sink, [createEventRecord({ class_uid: 6003, time: 1, metadata: { uid: "e1" } })]);
    expect(await sink.send(batch(), AbortSignal.timeout(10_000))).toMatchObject({ kind: "suspend" });
    await writeFile(path, ca);
    expect(await sink.check?.(AbortSignal.timeout(10_000))).toMatchObject({ steps: [{ status: "passed" }, {}, {}] });
    expect(await sink.send(batch(), AbortSignal.timeout(10_000))).toEqual({ kind: "accepted" });
  });

  it.each([
    ["http", {}],
    ["https", { tls: server }],
  ])("goes through the proxy of the environment to %s, except where it is told not to", async (_, options) => {
    const hec = await startHec(options);
    const tunnelled: string[] = [];
    const proxy = createServer((incoming, outgoing) => {
      tunnelled.push(incoming.url ?? "");
      const onward = request(incoming.url ?? "", { method: "POST", headers: incoming.headers }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    proxy.on("connect", ({ url = "" }, socket) => {
      tunnelled.push(url);
      const [host, port] = url.split(":");
      const onward = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => socket.destroy());
      socket.on("error", () => onward.destroy());
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    opened.push({
      close() {
        proxy.close();
        proxy.closeAllConnections();
      },
    });
    const { port } = proxy.address() as AddressInfo;
    const environment = { HTTP_PROXY: `http://127.0.0.1:${port}`, HTTPS_PROXY: `http://127.0.0.1:${port}` };
    expect(await sendOnce(hec, { tls_ca: ca }, environment)).toEqual({ kind: "accepted" });
    expect(tunnelled).toHaveLength(1);
    expect(await sendOnce(hec, { tls_ca: ca }, { ...environment, NO_PROXY: "127.0.0.1" })).toEqual({
      kind: "accepted",
    });
    expect(tunnelled).toHaveLength(1);
  });
});
