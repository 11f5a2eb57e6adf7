import type { DestinationStatus } from "@arbitex/core/host";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { startApi } from "../../test/api-server.ts";

let api: ApiServer;
let id: string;
const CONFIGS = "/v1/org/siem-configs";
const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };

beforeEach(async () => {
  api = await startApi();
  id = String((await api.call("POST", CONFIGS, { body })).json.id);
});
afterEach(() => api.close());

describe("a test", () => {
  it("says what was tried, and hides the secret that the SIEM repeats", async () => {
    api.siem.check = (token) => `welcome, ${token}`;
    const { status, json } = await api.call("POST", `${CONFIGS}/${id}/test`);
    expect([status, json]).toEqual([
      200,
      { passed: true, steps: [{ name: "credential", status: "passed", detail: "welcome, [secret]" }] },
    ]);
  });

  it("is an answer also when a step fails", async () => {
    api.siem.check = () => {
      throw new Error("no route to s3cret-token");
    };
    const { status, json } = await api.call("POST", `${CONFIGS}/${id}/test`);
    expect([status, json.passed, json.steps[0].detail]).toEqual([200, false, "no route to [secret]"]);
  });

  it("tries a change of what is saved, with its secret, and saves nothing", async () => {
    let used = "";
    api.siem.check = (token) => {
      used = token;
      return "fine";
    };
    const change = { config: { ...body.config, token: "[secret]", index: "audit" } };
    expect((await api.call("POST", `${CONFIGS}/${id}/test`, { body: change })).json.passed).toBe(true);
    expect(used).toBe("s3cret-token");
    expect(api.configs.rows.get(id)?.version).toBe(1);
  });

  it("tries settings that are not saved", async () => {
    expect((await api.call("POST", `${CONFIGS}/test`, { body })).json.passed).toBe(true);
    const marked = { ...body, config: { ...body.config, token: "[secret]" } };
    expect((await api.call("POST", `${CONFIGS}/test`, { body: marked })).status).toBe(422);
    expect(api.configs.rows.size).toBe(1);
  });

  it("may be made ten times a minute by an organisation", async () => {
    for (let count = 0; count < 10; count++) {
      expect((await api.call("POST", `${CONFIGS}/${count % 2 === 0 ? "test" : `${id}/test`}`, { body })).status).toBe(
        200,
      );
    }
    const refused = await api.call("POST", `${CONFIGS}/${id}/test`);
    expect([refused.status, refused.json.code]).toEqual([429, "too_many_attempts"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await api.call("POST", `${CONFIGS}/test`, { body, token: "siem_b" })).status).toBe(200);
  });
});

describe("a status", () => {
  it("keeps apart what is configured and what runs, from what was written down while nothing runs", async () => {
    const errorSince = new Date("2026-11-25T10:00:00Z");
    const stored = { deliveryStatus: "failed", lastError: "403", fix: "Renew it.", errorSince } as const;
    const counts = { accepted: 3, delivered: 1, filtered: 0, dead_lettered: 1, queued: 1 };
    await api.configs.writeStatuses(new Map([[id, { ...stored, lastDeliveryAt: null, counts }]]));
    expect((await api.call("GET", `${CONFIGS}/${id}/status`)).json).toEqual({
      id,
      is_enabled: true,
      desired_version: 1,
      applied_version: null,
      problem: null,
      health: "failed",
      reason: "403",
      fix: "Renew it.",
      counts,
      queue: null,
      last_delivery_at: null,
      last_error: "403",
      error_since: "2026-11-25T10:00:00.000Z",
    });
  });

  it("comes from the destination that runs", async () => {
    const [soc] = api.host.status().destinations;
    if (soc === undefined) throw new Error("no destination");
    const live: DestinationStatus = { ...soc, id, health: "healthy", queued: 2, lastDeliveryAt: 0, lastError: "429" };
    api.running.live = () => live;
    api.running.appliedVersion = () => 1;
    api.running.problem = () => "config.url: is not open";
    await api.call("PATCH", `${CONFIGS}/${id}`, { body: { name: "x" } });
    expect((await api.call("GET", `${CONFIGS}/${id}/status`)).json).toMatchObject({
      desired_version: 2,
      applied_version: 1,
      problem: "config.url: is not open",
      health: "healthy",
      counts: { accepted: 1, dead_lettered: 0, queued: 2 },
      queue: { events: 2 },
      last_delivery_at: "1970-01-01T00:00:00.000Z",
      last_error: "429",
      error_since: null,
    });
    expect((await api.call("GET", `${CONFIGS}/${id}`)).json).toMatchObject({ delivery_status: "healthy" });
  });
});

function admin(method: "GET" | "POST", path: string) {
  return api.call(method, `/api/admin/siem/${path}`, { token: "siem_admin" });
}

it("hides the secret that a problem or an error quotes in a status", async () => {
  const lastError = "403: s3cret-token is unknown";
  const stored = { deliveryStatus: "failed", lastError, fix: null, errorSince: null, lastDeliveryAt: null } as const;
  await api.configs.writeStatuses(new Map([[id, { ...stored, counts: null }]]));
  api.running.problem = () => 'config.url: "s3cret-token" is no https address.';
  expect((await api.call("GET", `${CONFIGS}/${id}/status`)).json).toMatchObject({
    problem: 'config.url: "[secret]" is no https address.',
    reason: "403: [secret] is unknown",
    last_error: "403: [secret] is unknown",
  });
});

describe("an organisation", () => {
  it("sees what it can configure, and nothing of the machine", async () => {
    const { connectors } = (await api.call("GET", "/v1/org/siem-connectors")).json;
    expect(connectors).toEqual([
      {
        type: "acme",
        display_name: "Acme",
        guarantee: "accepted",
        config_schema: expect.objectContaining({ type: "object" }),
      },
    ]);
  });

  it("may have a hundred configurations", async () => {
    const row = api.configs.rows.get(id);
    if (row === undefined) throw new Error("no row");
    for (let count = 1; count < 100; count++) api.configs.rows.set(`row${count}`, { ...row, id: `row${count}` });
    const refused = await api.call("POST", CONFIGS, { body });
    expect([refused.status, refused.json.detail]).toEqual([422, expect.stringContaining("100 configurations")]);
    expect((await api.call("POST", CONFIGS, { body, token: "siem_b" })).status).toBe(201);
  });
});

describe("an administrator", () => {
  it("sees the connectors, their schemas with secrets to be written only", async () => {
    const { connectors } = (await admin("GET", "connectors")).json;
    expect(connectors).toMatchObject([
      {
        type: "acme",
        package: "connector-acme",
        version: "1.2.3",
        display_name: "Acme",
        guarantee: "accepted",
        problem: null,
      },
    ]);
    expect(connectors[0].config_schema.properties.token).toMatchObject({ type: "string", writeOnly: true });
    expect((await admin("GET", "connectors/acme")).json).toEqual(connectors[0]);
    const missing = await admin("GET", "connectors/akme");
    expect([missing.status, missing.json.detail]).toEqual([404, expect.stringContaining("Installed are: acme.")]);
  });

  it("sees and tests the global destinations, and no organisation's", async () => {
    const { destinations } = (await admin("GET", "destinations")).json;
    expect(destinations).toMatchObject([{ id: "soc", org_id: null, health: expect.any(String) }]);
    expect((await admin("GET", "destinations/soc")).json.id).toBe("soc");
    expect((await admin("GET", `destinations/${id}`)).status).toBe(404);
    expect((await admin("POST", `destinations/${id}/test`)).status).toBe(404);
    api.siem.check = (token) => `welcome, ${token}`;
    const tested = await admin("POST", "destinations/soc/test");
    expect(tested.json).toEqual({
      passed: true,
      steps: [{ name: "credential", status: "passed", detail: "welcome, [secret]" }],
    });
  });
});

describe("a test whose steps are wanted one by one", () => {
  const headers = { accept: "application/x-ndjson" };

  it("tells each as it is known, and at the end whether all passed", async () => {
    api.siem.check = (token) => `welcome, ${token}`;
    const { status, text, headers: answered } = await api.call("POST", `${CONFIGS}/${id}/test`, { headers });
    expect([status, answered["content-type"]]).toEqual([200, "application/x-ndjson"]);
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([{ step: { name: "credential", status: "passed", detail: "welcome, [secret]" } }, { passed: true }]);
  });

  it("is refused as any other when the settings are wrong", async () => {
    const wrong = { ...body, config: { url: "x", token: "s3cret-token" } };
    const { status, json } = await api.call("POST", `${CONFIGS}/test`, { headers, body: wrong });
    expect([status, json.problems[0].path]).toEqual([422, "config.url"]);
  });
});

describe("a test event", () => {
  it("is real, is marked, and is shown as it went", async () => {
    const { status, json } = await api.call("POST", `${CONFIGS}/${id}/test-event`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ delivered: true, verdict: { kind: "accepted", reason: null } });
    expect(json.event).toMatchObject({ class_uid: 3004, unmapped: { test: true }, actor: { user: { name: "ada" } } });
    const [sent] = api.siem.sent.filter(({ destination }) => destination === id);
    expect(JSON.parse(sent?.json ?? "")).toMatchObject({ metadata: { uid: json.event.metadata.uid } });
    expect(json.exchanges[0].request.body).toContain(json.event.metadata.uid);
  });

  it("is sent with settings that are not saved, and counts as a test", async () => {
    expect((await api.call("POST", `${CONFIGS}/test-event`, { body })).json.delivered).toBe(true);
    for (let count = 0; count < 9; count++) await api.call("POST", `${CONFIGS}/${id}/test`);
    expect((await api.call("POST", `${CONFIGS}/${id}/test-event`)).status).toBe(429);
  });
});

describe("the last attempts", () => {
  it("are shown to the organisation, and those of a global destination to administrators", async () => {
    expect((await api.call("GET", `${CONFIGS}/${id}/attempts`)).json).toEqual({ attempts: [] });
    await api.events();
    const { json } = await api.call("GET", "/api/admin/siem/destinations/soc/attempts", { token: "siem_admin" });
    expect(json.attempts[0]).toMatchObject({ events: 1, attempt: 1, verdict: "accepted", reason: null });
    const other = await api.call("GET", `/api/admin/siem/destinations/${id}/attempts`, { token: "siem_admin" });
    expect(other.status).toBe(404);
  });
});
