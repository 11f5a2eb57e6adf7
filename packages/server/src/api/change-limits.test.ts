import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { startApi } from "../../test/api-server.ts";

const CONFIGS = "/v1/org/siem-configs";

let api: ApiServer;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const bodyFor = (host: string) => ({
  connector_type: "acme",
  config: { url: `https://${host}`, token: "s3cret-token" },
});
const create = (host: string, more: object = {}) => api.call("POST", CONFIGS, { body: { ...bodyFor(host), ...more } });
const change = (id: string, body: object) => api.call("PATCH", `${CONFIGS}/${id}`, { body });

describe("an organisation's changes", () => {
  it("are thirty a minute, of whatever kind, and another organisation's are its own", async () => {
    const { id } = (await create("acme.example")).json;
    for (let count = 1; count < 30; count++) expect((await change(id, { name: `n${count}` })).status).toBe(200);
    const refused = await change(id, { name: "one too many" });
    expect([refused.status, refused.json.code]).toEqual([429, "too_many_attempts"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await api.call("DELETE", `${CONFIGS}/${id}`)).status).toBe(429);
    expect((await create("acme.example")).status).toBe(429);
    expect((await api.call("GET", `${CONFIGS}/${id}`)).json.name).toBe("n29");
    expect((await api.call("POST", CONFIGS, { body: bodyFor("acme.example"), token: "siem_b" })).status).toBe(201);
  });
});

describe("the addresses that an organisation's settings lead to", () => {
  it("are ten a minute, by changes and tests together: no ports are scanned that way", async () => {
    const { id } = (await create("acme.example:1000")).json;
    const token = "another-token";
    for (let port = 1001; port < 1006; port++) {
      expect((await change(id, { config: { url: `https://acme.example:${port}`, token } })).status).toBe(200);
    }
    for (let port = 1006; port < 1010; port++) {
      expect((await api.call("POST", `${CONFIGS}/test`, { body: bodyFor(`acme.example:${port}`) })).status).toBe(200);
    }
    const refused = await change(id, { config: { url: "https://acme.example:2000", token } });
    expect([refused.status, refused.json.code]).toEqual([429, "too_many_attempts"]);
    expect((await create("acme.example:2000")).status).toBe(429);
    expect((await api.call("POST", `${CONFIGS}/test`, { body: bodyFor("acme.example:2000") })).status).toBe(429);
    expect((await api.call("GET", `${CONFIGS}/${id}`)).json.config.url).toBe("https://acme.example:1005");
  });

  it("count once, however often they are tried or changed to", async () => {
    for (let count = 0; count < 9; count++) {
      expect((await create("acme.example")).status).toBe(201);
      expect((await api.call("POST", `${CONFIGS}/test`, { body: bodyFor("acme.example") })).status).toBe(200);
    }
    expect((await create("other.example")).status).toBe(201);
  });

  it("count when a row that leads there is enabled, not when it is made disabled", async () => {
    const ids: string[] = [];
    for (let port = 1; port <= 12; port++) {
      const { status, json } = await create(`acme.example:${port}`, { is_enabled: false });
      expect(status).toBe(201);
      ids.push(json.id);
    }
    const statuses = [];
    for (const id of ids) statuses.push((await change(id, { is_enabled: true })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
  });
});
