import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConnector, ndjson } from "@arbitex/core";
import type { Host } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { watchAnswers } from "../../test/described-answers.ts";
import type { HttpServer } from "../service/server.ts";
import { createServer } from "../service/server.ts";

let folder: string;
let host: Host;
let server: HttpServer;
let assertDescribed: () => void;
let sent: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "records-"));
  sent = [];
  const destinations = [{ id: "all", connector: collector, config: {}, delivery: { flushIntervalMs: 0 } }];
  const intakeLimits = { maxEventBytes: 10_000, maxDepth: 16 };
  host = await createHost({ destinations, deadLetterPath: folder, intakeLimits, validation: "full" });
  server = createServer({ host, intakeLimits, maxBodyBytes: 100_000 });
  assertDescribed = watchAnswers(server.app);
});
afterEach(async () => {
  await server.close();
  await host.stop({ deadlineMs: 0 });
  assertDescribed();
  await rm(folder, { recursive: true });
});

const collector = defineConnector({
  type: "collector",
  displayName: "Collector",
  guarantee: "accepted",
  configSchema: z.strictObject({}),
  limits: { maxBatchBytes: 100_000 },
  framing: ndjson,
  open: () => ({
    encode: (record) => record.json,
    async send(batch) {
      sent.push(...batch.records.map(({ json }) => json));
      return { kind: "accepted" };
    },
  }),
});

const record = (id: string, action: string) => ({ id, action, timestamp: "2025-03-13T00:00:00Z", org_id: "o1" });

function post(payload: string, type: string) {
  return server.app.inject({ method: "POST", url: "/v1/audit-records", headers: { "content-type": type }, payload });
}

describe("POST /v1/audit-records", () => {
  it.each([
    ["an object", JSON.stringify(record("r1", "login")), "application/json", ["r1"]],
    ["an array", JSON.stringify([record("r1", "login"), record("r2", "dlp_block")]), "application/json", ["r1", "r2"]],
    [
      "NDJSON",
      `${JSON.stringify(record("r1", "login"))}\n\n${JSON.stringify(record("r2", "x"))}`,
      "application/x-ndjson",
      ["r1", "r2"],
    ],
  ])("makes events of %s", async (_, payload, type, ids) => {
    const reply = await post(payload, type);
    expect(reply.statusCode).toBe(202);
    expect(reply.json()).toEqual({ accepted: ids.length, rejected: [] });
    await host.settled();
    expect(sent.map((json) => (JSON.parse(json) as { metadata: { uid: string } }).metadata.uid)).toEqual(ids);
  });

  it("names what is no record by its position", async () => {
    const reply = await post(JSON.stringify([1, record("r1", "login")]), "application/json");
    expect(reply.json()).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, errors: [{ code: "attribute_wrong_type" }] }],
    });
  });

  it("counts actions that it does not know, records without a time, and repairs, for Prometheus", async () => {
    await post(JSON.stringify([record("r1", "tea_made"), { action: "login" }]), "application/json");
    const { payload } = await server.app.inject("/metrics");
    expect(payload).toContain("\nsiem_audit_records_total 2\n");
    expect(payload).toContain("\nsiem_audit_records_unknown_action_total 1\n");
    expect(payload).toContain("\nsiem_audit_records_untimed_total 1\n");
    expect(payload).toContain("\nsiem_events_repaired_total 0\n");
  });
});
