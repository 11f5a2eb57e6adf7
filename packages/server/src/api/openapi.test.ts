import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ApiServer, Method } from "../../test/api-server.ts";
import { ORG_A, startApi } from "../../test/api-server.ts";
import { writeDeadLetters } from "../../test/dead-letters.ts";
import type { DescribedRoute } from "../../test/openapi-routes.ts";
import { routesOf } from "../../test/openapi-routes.ts";

let api: ApiServer;
let routes: readonly DescribedRoute[];
let components: Readonly<Record<string, unknown>>;
beforeEach(async () => {
  api = await startApi();
  const { json } = await api.call("GET", "/openapi.json", { token: "" });
  routes = routesOf(json);
  components = json.components.schemas;
});
afterEach(() => api.close());

describe("the description of the API", () => {
  it("is OpenAPI 3.1, served to whoever asks, and names each operation once", () => {
    const ids = routes.map(({ operation }) => operation.operationId);
    expect(ids.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("describes every parameter of every path, and a token wherever one is wanted", () => {
    for (const { path, operation } of routes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = (operation.parameters ?? []).filter((one) => one.in === "path").map(({ name }) => name);
      expect(described, path).toEqual(named);
      const isOpen = /^\/(?:healthz|readyz|metrics)$/.test(path);
      const signsIn = path === "/v1/sign-in";
      expect(operation.security !== undefined, path).toBe(!isOpen && !signsIn);
      expect(Object.keys(operation.responses).includes("401"), path).toBe(!isOpen);
    }
  });

  it("refers to nothing that it does not hold", async () => {
    const { text, json } = await api.call("GET", "/openapi.json");
    const names = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, target = ""]) => target);
    expect(names.length).toBeGreaterThan(20);
    const held = Object.keys(json.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(names.filter((name) => !held.includes(name))).toEqual([]);
  });

  it("tells what the settings of delivery and filter are", async () => {
    const create = routes.find(({ operation }) => operation.operationId === "createConfig");
    const schema = create?.operation.requestBody?.content["application/json"]?.schema;
    expect(schema).toMatchObject({
      required: ["connector_type", "config"],
      additionalProperties: false,
      properties: {
        delivery: { properties: { batch_size: { type: "integer" } } },
        filter: { properties: { min_severity_id: { type: "integer" } } },
      },
    });
    expect(JSON.stringify(schema)).not.toContain("dead_letter_path");
  });

  it("is what the routes answer", async () => {
    const body = {
      connector_type: "acme",
      name: "SOC",
      config: { url: "https://acme.example", token: "s3cret-token" },
    };
    const created = await api.call("POST", "/v1/org/siem-configs", { body });
    const { id } = created.json;
    await writeDeadLetters(api.folder, `${id}.jsonl`, [{ id: "l1", destination: id, orgId: ORG_A }]);
    const replay = await api.call("POST", `/v1/org/siem-configs/${id}/dead-letters/replay`);
    const requests: readonly (readonly [Method, string, string, (object | undefined)?, string?])[] = [
      ["GET", "/v1/org/siem-configs", "/v1/org/siem-configs"],
      ["GET", "/v1/org/siem-configs/{id}", `/v1/org/siem-configs/${id}`],
      ["PATCH", "/v1/org/siem-configs/{id}", `/v1/org/siem-configs/${id}`, { name: null }],
      ["PATCH", "/v1/org/siem-configs/{id}", `/v1/org/siem-configs/${id}`, { nam: 1 }],
      ["POST", "/v1/org/siem-configs/{id}/test", `/v1/org/siem-configs/${id}/test`],
      ["GET", "/v1/org/siem-configs/{id}/status", `/v1/org/siem-configs/${id}/status`],
      [
        "GET",
        "/v1/org/siem-configs/{id}/dead-letters",
        `/v1/org/siem-configs/${id}/dead-letters?include=event,replayed`,
      ],
      [
        "POST",
        "/v1/org/siem-configs/{id}/dead-letters/replay",
        `/v1/org/siem-configs/${id}/dead-letters/replay`,
        { dry_run: true },
      ],
      [
        "GET",
        "/v1/org/siem-configs/{id}/dead-letters/replay/{job}",
        `/v1/org/siem-configs/${id}/dead-letters/replay/${replay.json.id}`,
      ],
      ["GET", "/v1/org/siem-connectors", "/v1/org/siem-connectors"],
      ["GET", "/api/admin/siem/connectors", "/api/admin/siem/connectors", undefined, "siem_admin"],
      ["GET", "/api/admin/siem/connectors/{type}", "/api/admin/siem/connectors/acme", undefined, "siem_admin"],
      ["GET", "/api/admin/siem/destinations", "/api/admin/siem/destinations", undefined, "siem_admin"],
      ["GET", "/api/admin/siem/destinations/{id}", "/api/admin/siem/destinations/soc", undefined, "siem_admin"],
      [
        "GET",
        "/api/admin/siem/destinations/{id}/dead-letters",
        "/api/admin/siem/destinations/soc/dead-letters",
        undefined,
        "siem_admin",
      ],
      ["GET", "/v1/destinations", "/v1/destinations", undefined, "siem_ingest"],
      ["POST", "/v1/events", "/v1/events", { class_uid: 6003, time: 1, severity_id: 1 }, "siem_ingest"],
      ["GET", "/healthz", "/healthz"],
      ["GET", "/readyz", "/readyz"],
      ["DELETE", "/v1/org/siem-configs/{id}", `/v1/org/siem-configs/${id}`],
    ];
    assertDescribed("POST", "/v1/org/siem-configs", created);
    assertDescribed("POST", "/v1/org/siem-configs/{id}/dead-letters/replay", replay);
    for (const [method, path, url, given, token] of requests) {
      assertDescribed(method, path, await api.call(method, url, { body: given, token: token ?? "siem_a" }));
    }
  });
});

/** The schema with what it refers to in its place. */
function resolved(schema: unknown): Record<string, unknown> {
  const text = JSON.stringify(schema, (_key, value: unknown) => {
    const target = z.object({ $ref: z.string() }).safeParse(value);
    return target.success ? components[target.data.$ref.replace("#/components/schemas/", "")] : value;
  });
  return JSON.parse(text) as Record<string, unknown>;
}

type Reply = Awaited<ReturnType<ApiServer["call"]>>;

function assertDescribed(method: Method, path: string, { status, json, text }: Reply): void {
  const route = routes.find((one) => one.method === method && one.path === path);
  const described = route?.operation.responses[String(status)];
  expect(described, `${method} ${path} ${status} ${text}`).toBeDefined();
  const schema = Object.values(described?.content ?? {})[0]?.schema;
  if (schema === undefined) expect(text).toBe("");
  else expect(() => z.fromJSONSchema(resolved(schema)).parse(json), `${method} ${path} ${text}`).not.toThrow();
}
