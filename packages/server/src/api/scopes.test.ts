import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, Token } from "../../test/api-server.ts";
import { ORG_A, ORG_B, startApi } from "../../test/api-server.ts";
import type { DescribedRoute } from "../../test/openapi-routes.ts";
import { routesOf } from "../../test/openapi-routes.ts";
import type { Area } from "../access/areas.ts";
import { areaOf } from "../access/areas.ts";

let api: ApiServer;
let routes: readonly DescribedRoute[];
/** Ids of a row of each organisation. */
let rows: { readonly a: string; readonly b: string };

beforeEach(async () => {
  api = await startApi();
  routes = routesOf((await api.call("GET", "/openapi.json", { token: "" })).json);
  rows = { a: await create("siem_a"), b: await create("siem_b") };
  api.running.asked.length = 0;
});
afterEach(() => api.close());

const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };

async function create(token: Token): Promise<string> {
  return String((await api.call("POST", "/v1/org/siem-configs", { body, token })).json.id);
}

/** A good request to a route, about the row `id` where it is about one. */
function request({ method, path }: DescribedRoute, token: Token | "", id: string, query = "") {
  const url = path.replace("{id}", path.startsWith("/api/") ? "soc" : id).replace("{type}", "acme");
  const job = url.replace(/\{(?:job|letter)\}/, "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de0aa");
  // Each from an address of its own, for what one address may try is limited.
  // A tap streams until its client leaves; a filter that is none is answered at once, to those who may enter.
  const asked = path.endsWith("/tap") ? `${query === "" ? "?" : `${query}&`}filter=%3D` : query;
  return api.call(method, `${job}${asked}`, {
    token,
    body: bodies[`${method} ${path}`],
    remoteAddress: `192.0.2.${caller++ % 250}`,
  });
}

let caller = 0;

const bodies: Readonly<Record<string, unknown>> = {
  "POST /v1/org/siem-configs": body,
  "POST /v1/org/siem-configs/test": body,
  "POST /v1/org/siem-configs/test-event": body,
  "PATCH /v1/org/siem-configs/{id}": { name: "x" },
  "PUT /v1/org/siem-configs/{id}": { name: "x" },
  "POST /v1/org/siem-configs/{id}/explain": { event: { class_uid: 6003, time: 1741824000123, severity_id: 1 } },
  "POST /v1/sign-in": { token: "siem_a" },
  "POST /v1/events": { class_uid: 6003, time: 1741824000123, severity_id: 1 },
  "POST /v1/audit-records": { action: "login" },
};

/** Statuses by area and token: who may enter gets an answer of the route, whichever it is. */
const expectedByArea: Readonly<Record<Area, Readonly<Record<Token | "", "in" | 401 | 403>>>> = {
  open: {
    "": "in",
    siem_revoked: "in",
    siem_ingest: "in",
    siem_a: "in",
    siem_b: "in",
    siem_both: "in",
    siem_setup: "in",
    siem_admin: "in",
  },
  session: only("siem_a", "siem_b", "siem_both", "siem_setup", "siem_admin"),
  ingest: only("siem_ingest", "siem_admin"),
  org: only("siem_a", "siem_b", "siem_both", "siem_setup", "siem_admin"),
  "setup-links": only("siem_a", "siem_b", "siem_both", "siem_admin"),
  admin: only("siem_admin"),
};

/** Lets in these tokens. */
function only(...tokens: readonly Token[]): Readonly<Record<Token | "", "in" | 401 | 403>> {
  const expected = (token: Token) => (tokens.includes(token) ? "in" : 403);
  return {
    "": 401,
    siem_revoked: 401,
    siem_ingest: expected("siem_ingest"),
    siem_a: expected("siem_a"),
    siem_b: expected("siem_b"),
    siem_both: expected("siem_both"),
    siem_setup: expected("siem_setup"),
    siem_admin: expected("siem_admin"),
  };
}

describe("every route", () => {
  it("is described, those of before as well", () => {
    const described = routes.map(({ method, path }) => `${method} ${path}`).toSorted();
    expect(described).toEqual([
      "DELETE /api/admin/siem/destinations/{id}/dead-letters",
      "DELETE /api/admin/siem/destinations/{id}/dead-letters/replay/{job}",
      "DELETE /api/admin/siem/tokens/{id}",
      "DELETE /v1/org/setup-links/{id}",
      "DELETE /v1/org/siem-configs/{id}",
      "DELETE /v1/org/siem-configs/{id}/dead-letters",
      "DELETE /v1/org/siem-configs/{id}/dead-letters/replay/{job}",
      "DELETE /v1/session",
      "GET /api/admin/siem/connectors",
      "GET /api/admin/siem/connectors/{type}",
      "GET /api/admin/siem/destinations",
      "GET /api/admin/siem/destinations/{id}",
      "GET /api/admin/siem/destinations/{id}/activity",
      "GET /api/admin/siem/destinations/{id}/attempts",
      "GET /api/admin/siem/destinations/{id}/dead-letters",
      "GET /api/admin/siem/destinations/{id}/dead-letters/groups",
      "GET /api/admin/siem/destinations/{id}/dead-letters/replay",
      "GET /api/admin/siem/destinations/{id}/dead-letters/replay/{job}",
      "GET /api/admin/siem/organisations",
      "GET /api/admin/siem/server",
      "GET /api/admin/siem/setup-links",
      "GET /api/admin/siem/tap",
      "GET /api/admin/siem/tokens",
      "GET /healthz",
      "GET /metrics",
      "GET /readyz",
      "GET /v1/destinations",
      "GET /v1/destinations/{id}/checkpoints",
      "GET /v1/org/checkpoints",
      "GET /v1/org/dead-letters",
      "GET /v1/org/overview",
      "GET /v1/org/setup-links",
      "GET /v1/org/siem-configs",
      "GET /v1/org/siem-configs/{id}",
      "GET /v1/org/siem-configs/{id}/activity",
      "GET /v1/org/siem-configs/{id}/attempts",
      "GET /v1/org/siem-configs/{id}/dead-letters",
      "GET /v1/org/siem-configs/{id}/dead-letters/groups",
      "GET /v1/org/siem-configs/{id}/dead-letters/replay",
      "GET /v1/org/siem-configs/{id}/dead-letters/replay/{job}",
      "GET /v1/org/siem-configs/{id}/dead-letters/{letter}",
      "GET /v1/org/siem-configs/{id}/status",
      "GET /v1/org/siem-connectors",
      "GET /v1/org/siem-connectors/{type}",
      "GET /v1/org/tap",
      "GET /v1/session",
      "GET /v1/signing-keys",
      "PATCH /v1/org/siem-configs/{id}",
      "POST /api/admin/siem/destinations/{id}/dead-letters/replay",
      "POST /api/admin/siem/destinations/{id}/explain",
      "POST /api/admin/siem/destinations/{id}/test",
      "POST /api/admin/siem/destinations/{id}/test-event",
      "POST /api/admin/siem/filter/preview",
      "POST /v1/audit-records",
      "POST /v1/events",
      "POST /v1/org/filter/preview",
      "POST /v1/org/setup-links",
      "POST /v1/org/siem-configs",
      "POST /v1/org/siem-configs/test",
      "POST /v1/org/siem-configs/test-event",
      "POST /v1/org/siem-configs/{id}/dead-letters/replay",
      "POST /v1/org/siem-configs/{id}/explain",
      "POST /v1/org/siem-configs/{id}/test",
      "POST /v1/org/siem-configs/{id}/test-event",
      "POST /v1/org/siem-connectors/{type}/setup",
      "POST /v1/sign-in",
      "PUT /v1/org/siem-configs/{id}",
    ]);
  });

  it("is described where the server has it, and nowhere else is one", () => {
    const printed = api.server.app.printRoutes({ commonPrefix: false, includeHooks: false });
    const registered = [...printed.matchAll(/^.*── (\S+) \(([A-Z, ]+)\)/gm)].flatMap(([, , methods = ""]) =>
      methods.split(", ").filter((method) => method !== "HEAD"),
    );
    // All but /openapi.json itself and the two of the console's pages.
    expect(registered.length).toBe(routes.length + 3);
  });

  it("lets in whom its area is for, and nobody else", async () => {
    for (const route of routes) {
      for (const [token, expected] of Object.entries(expectedByArea[areaOf(route.path)]) as [
        Token | "",
        "in" | 401 | 403,
      ][]) {
        const query = token === "siem_admin" && route.path.startsWith("/v1/org/") ? `?org_id=${ORG_A}` : "";
        const { status, json } = await request(route, token, rows.a, query);
        const told = `${route.method} ${route.path} with "${token}": ${status} ${JSON.stringify(json)}`;
        if (expected === "in") expect([401, 403, 500], told).not.toContain(status);
        else expect(status, told).toBe(expected);
        if (expected !== "in") expect(json.code, told).toBe(expected === 401 ? "unauthorized" : "forbidden");
        if (route.method === "DELETE" && !api.configs.rows.has(rows.a)) rows = { ...rows, a: await create("siem_a") };
      }
    }
  });

  it("that changes something wants a browser's session to bring its token", async () => {
    const { headers } = await api.call("POST", "/v1/sign-in", { token: "", body: { token: "siem_admin" } });
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    const changing = routes.filter(({ method, path }) => method !== "GET" && areaOf(path) !== "open");
    expect(changing.length).toBeGreaterThan(20);
    const before = JSON.stringify([...api.configs.rows]);
    for (const { method, path } of changing) {
      const url = path.replace(/\{\w+\}/g, rows.a);
      for (const forged of [{ cookie }, { cookie, "x-csrf-token": "x" }]) {
        const { status, json } = await api.call(method, `${url}?org_id=${ORG_A}`, {
          token: "",
          headers: forged,
          body: bodies[`${method} ${path}`],
        });
        expect([status, json.code], `${method} ${path}`).toEqual([403, "csrf"]);
      }
    }
    expect(JSON.stringify([...api.configs.rows])).toBe(before);
    // The session goes on: only leaving by its own token ends it.
    expect((await api.call("GET", "/v1/session", { token: "", headers: { cookie } })).status).toBe(200);
  });

  it("shows and touches an organisation's own rows only", async () => {
    const untouched = JSON.stringify(api.configs.rows.get(rows.b));
    const aboutRow = routes.filter(({ path }) => path.startsWith("/v1/org/") && path.includes("{id}"));
    expect(aboutRow.length).toBeGreaterThan(8);
    for (const route of aboutRow) {
      const { status, json } = await request(route, "siem_a", rows.b);
      expect(status, `${route.method} ${route.path}`).toBe(404);
      expect(JSON.stringify(json)).not.toContain(ORG_B);
      // An administrator who acts for one organisation does not reach another's either.
      expect((await request(route, "siem_admin", rows.b, `?org_id=${ORG_A}`)).status).toBe(404);
    }
    const listed = await api.call("GET", "/v1/org/siem-configs");
    expect(listed.json.map(({ org_id }: { org_id: string }) => org_id)).toEqual([ORG_A]);
    expect(JSON.stringify(api.configs.rows.get(rows.b))).toBe(untouched);
    expect(api.running.asked).toEqual([]);
  });

  it("is guarded however its address is written", async () => {
    for (const url of [
      "/v1/%6frg/siem-configs",
      "/%761/org/siem-configs",
      "/%61pi/admin/siem/connectors",
      "/%761/events",
    ]) {
      const method = url.endsWith("events") ? "POST" : "GET";
      expect((await api.call(method, url, { token: "" })).status, url).toBe(401);
      const token = url.endsWith("events") ? "siem_a" : "siem_ingest";
      expect((await api.call(method, url, { token })).status, url).toBe(403);
    }
  });
});

describe("SIEM_INGEST_TOKEN", () => {
  it("is for events alone", async () => {
    for (const route of routes) {
      const { status } = await request(route, "ingest-token" as Token, rows.a);
      const isLetIn = areaOf(route.path) === "ingest" || areaOf(route.path) === "open";
      expect(status === 403, `${route.method} ${route.path}: ${status}`).toBe(!isLetIn);
    }
  });

  it("is not wanted where there is none, but the API always wants one", async () => {
    await api.close();
    api = await startApi({ ingestToken: undefined });
    expect((await api.call("GET", "/v1/destinations", { token: "" })).status).toBe(200);
    expect((await api.call("GET", "/v1/org/siem-configs", { token: "" })).status).toBe(401);
    expect((await api.call("GET", "/api/admin/siem/connectors", { token: "" })).status).toBe(401);
  });
});
