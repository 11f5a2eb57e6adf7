import { request as httpRequest } from "node:http";
import type { RequestOptions } from "node:https";
import { request } from "node:https";
import { expect, it, onTestFinished, vi } from "vitest";
import { testCertificates } from "./test-certificates.ts";
import { findSimulator, simulators } from "../simulators.ts";
import type { Behaviour } from "./behaviour.ts";
import { jsonReply } from "./behaviour.ts";
import { createEventStore } from "./event-store.ts";
import { startHttpSimulator } from "./http-simulator.ts";
import type { SimulatorOptions } from "./simulator.ts";

const { ca, server, client } = testCertificates;

/** The smallest SIEM: takes any text as one event. */
async function startEcho(options: SimulatorOptions = {}, changes: Partial<Behaviour<string>> = {}) {
  const store = createEventStore<string>(options.keep ?? "all");
  const simulator = await startHttpSimulator<string>(options, {
    type: "echo",
    store,
    maxBodyBytes: 1000,
    config: (url) => ({ url }),
    isIntake: ({ method }) => method === "POST",
    answer({ body }) {
      store.add(undefined, () => body.toString());
      return jsonReply(200, { ok: true });
    },
    refuseBody: ({ kind }) => jsonReply(kind === "too-large" ? 413 : 415, { kind }),
    failure: (status) => jsonReply(status, { ok: false }),
    ...changes,
  });
  onTestFinished(() => simulator.close());
  return simulator;
}

function statusOf(url: string, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    sent.on("error", reject);
    sent.end();
  });
}

it("speaks TLS with the test certificates", async () => {
  const simulator = await startEcho({ tls: server });
  expect(simulator.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(await statusOf(simulator.url, { ca })).toBe(200);
  await expect(statusOf(simulator.url, {})).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
});

it("demands a client certificate when it is given a CA for it", async () => {
  const simulator = await startEcho({ tls: { ...server, clientCa: ca } });
  expect(await statusOf(simulator.url, { ca, ...client })).toBe(200);
  await expect(statusOf(simulator.url, { ca })).rejects.toMatchObject({ code: expect.any(String) });
});

it("stores nothing of a body that breaks off, and serves on", async () => {
  const simulator = await startEcho();
  const sent = httpRequest(simulator.url, { method: "POST", headers: { "content-length": "100" } });
  sent.on("error", () => {});
  sent.write("half of it");
  await vi.waitFor(() => expect(simulator.counts().requests).toBe(1), { interval: 5 });
  sent.destroy();
  await fetch(simulator.url, { method: "POST", body: "whole" });
  expect(simulator.stored).toEqual(["whole"]);
});

it("refuses what is too large although nothing announced it", async () => {
  const simulator = await startEcho();
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let chunk = 0; chunk < 30; chunk += 1) controller.enqueue(new Uint8Array(100));
      controller.close();
    },
  });
  const options = { method: "POST", body: chunks, duplex: "half" } as const;
  expect((await fetch(simulator.url, options)).status).toBe(413);
  expect(simulator.stored).toEqual([]);
});

it("shows a mistake of its own as 500 with its words", async () => {
  const simulator = await startEcho(
    {},
    {
      answer() {
        throw new Error("not thought of");
      },
    },
  );
  const reply = await fetch(simulator.url, { method: "POST", body: "x" });
  expect([reply.status, await reply.text()]).toEqual([500, expect.stringContaining("not thought of")]);
});

it("logs requests and forgets them on demand", async () => {
  const simulator = await startEcho();
  await fetch(`${simulator.url}/path?q=1`, { method: "POST", body: "x", headers: { "x-test": "yes" } });
  expect(simulator.requests).toMatchObject([
    { method: "POST", path: "/path", headers: { "x-test": "yes" }, body: "x", wireBytes: 1, status: 200 },
  ]);
  expect(simulator.requests[0]?.query.get("q")).toBe("1");
  simulator.reset();
  expect([simulator.requests, simulator.stored, simulator.counts().requests]).toEqual([[], [], 0]);
});

it("is found by type and by alias, and names a configuration to paste", async () => {
  expect(findSimulator("splunk")).toBe(simulators["splunk_hec"]);
  expect(findSimulator("Splunk-HEC")).toBe(simulators["splunk_hec"]);
  expect(findSimulator("elasticsearch")).toBe(simulators["elastic"]);
  expect(findSimulator("nagios")).toBeUndefined();
  for (const [type, entry] of Object.entries(simulators)) {
    const simulator = await entry.start({ tls: { ...server, trust: ca } });
    onTestFinished(() => simulator.close());
    expect(simulator.type).toBe(type);
    // Sentinel has none to set: Azure's certificates are public.
    expect(simulator.config["tls_ca"] ?? ca).toBe(ca);
    // Where it is reached, under the name that this SIEM's settings have for it.
    expect(JSON.stringify(simulator.config)).toContain(new URL(simulator.url).port);
  }
});
