import { join } from "node:path";
import { createConnectorRegistry, discoverConnectors } from "@arbitex/core/host";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../packages/server/test/api-server.ts";
import { ORG_A, startApi } from "../../packages/server/test/api-server.ts";
import { writeDeadLetters } from "../../packages/server/test/dead-letters.ts";
import { tenantDestination } from "../../packages/server/src/organisations/tenants/tenant-destination.ts";

let splunk: HecSimulator;
let api: ApiServer;
let origin: string;

beforeEach(async () => {
  splunk = await startHecSimulator();
  const registry = createConnectorRegistry(await discoverConnectors(join(import.meta.dirname, "../..")));
  api = await startApi({ api: { registry, destinationOf: (row) => tenantDestination(row, registry) } });
  origin = await api.server.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  await api.close();
  await splunk.close();
});

/** As `curl` would, over a real connection. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const reply = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: "Bearer siem_a", "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, json: text === "" ? undefined : JSON.parse(text) };
}

describe("the way that docs/api.md shows", () => {
  it("leads from settings to a Splunk that has what it once refused", async () => {
    const configs = "/v1/org/siem-configs";
    const config = { ...splunk.config, index: "main" };
    const settings = { connector_type: "splunk_hec", name: "SOC", config };
    expect((await call("POST", `${configs}/test`, settings)).json.passed).toBe(true);
    const wrong = { ...settings, config: { ...config, token: "11111111-2222-3333-4444-555555555555" } };
    const failed = await call("POST", `${configs}/test`, wrong);
    expect([failed.status, failed.json.passed]).toEqual([200, false]);

    const created = await call("POST", configs, settings);
    expect(created.status).toBe(201);
    const row = created.headers.get("location") ?? "";
    const { id } = created.json;
    expect((await call("POST", `${row}/test`)).json.passed).toBe(true);
    expect((await call("GET", `${row}/status`)).json).toMatchObject({ desired_version: 1, health: "pending" });

    const change = { config: { ...config, token: "[secret]", source: "siem" } };
    const changed = await call("PATCH", row, change, { "if-match": created.headers.get("etag") ?? "" });
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, '"2"']);

    await writeDeadLetters(api.folder, `${id}.jsonl`, [
      { id: "l1", destination: id, orgId: ORG_A, stage: "rejected" },
      { id: "l2", destination: id, orgId: ORG_A, stage: "send" },
    ]);
    expect((await call("GET", `${row}/dead-letters?stage=rejected`)).json.letters).toHaveLength(1);
    const replay = await call("POST", `${row}/dead-letters/replay`, { stage: "rejected" });
    const job = replay.headers.get("location") ?? "";
    let now = replay.json;
    while (now.state === "running") now = (await call("GET", job)).json;
    expect(now).toMatchObject({ state: "complete", settled: 1 });
    expect(splunk.ids).toEqual(["event-l1"]);
    expect((await call("DELETE", row)).status).toBe(204);
    expect((await call("GET", row)).status).toBe(404);
  });

  it("stays open to the next request after one that is too large", async () => {
    const large = { connector_type: "splunk_hec", config: { url: "x".repeat(100_000) } };
    expect((await call("POST", "/v1/org/siem-configs", large)).status).toBe(413);
    expect((await call("GET", "/v1/org/siem-configs")).json).toEqual([]);
  });
});
