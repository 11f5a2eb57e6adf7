import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, Method } from "../../test/api-server.ts";
import { ORG_A, ORG_B, startApi } from "../../test/api-server.ts";

let api: ApiServer;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const signIn = (body: object, headers = {}) => api.call("POST", "/v1/sign-in", { token: "", body, headers });

/** A session's cookie and its token against requests of other sites. */
async function opened(body: object = { token: "siem_a" }) {
  const { status, json, headers } = await signIn(body);
  expect(status, JSON.stringify(json)).toBe(200);
  const [cookie = ""] = String(headers["set-cookie"]).split(";");
  return { cookie, csrf: String(json.csrf_token), headers, json };
}

async function link(body: object = {}) {
  const { status, json } = await api.call("POST", "/v1/org/setup-links", { body });
  expect(status, JSON.stringify(json)).toBe(201);
  return json;
}

function by(cookie: string, method: Method, url: string, headers = {}, body?: unknown) {
  return api.call(method, url, { token: "", body, headers: { cookie, ...headers } });
}

describe("signing in", () => {
  it("gives a cookie that no script and no other site can use", async () => {
    const { headers, json } = await opened();
    expect(headers["set-cookie"]).toMatch(/^siem_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(json).toMatchObject({ name: "ada", kind: "token", is_admin: false, org_id: ORG_A, may_share: true });
  });

  it("gives it for TLS alone where the console is behind TLS", async () => {
    await api.close();
    const settings = {
      egress: { guard: "off" as const },
      redaction: { key: undefined, ofOrganisations: [] },
      queue: { store: "memory" as const, path: "." },
    };
    const limits = { maxEventBytes: 10_000, maxDepth: 16 };
    const console = { url: "https://siem.example", frameAncestors: [] };
    api = await startApi({ api: { settings: { ...settings, intakeLimits: limits, console } } });
    expect((await opened()).headers["set-cookie"]).toMatch(/^__Host-siem_session=.*; Secure$/);
  });

  it.each([
    [{ token: "siem_wrong" }, 401],
    [{ setup_token: "setup_wrong" }, 401],
    [{ token: "siem_ingest" }, 403],
    [{ token: "ingest-token" }, 403],
    [{}, 422],
    [{ token: "siem_a", setup_token: "x" }, 422],
  ])("with %j is answered %i, without a cookie", async (body, status) => {
    const answer = await signIn(body);
    expect(answer.status).toBe(status);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  it("is refused to another site's page", async () => {
    expect(await signIn({ token: "siem_a" }, { "sec-fetch-site": "cross-site" })).toMatchObject({ status: 403 });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await signIn({ token: "siem_a" }, form)).toMatchObject({ status: 415 });
  });

  it("is limited by address", async () => {
    for (let count = 0; count < 10; count++) expect((await signIn({ setup_token: "x" })).status).toBe(401);
    expect((await signIn({ setup_token: "x" })).status).toBe(429);
    expect((await signIn({ token: "siem_a" })).status).toBe(200);
    for (let count = 0; count < 18; count++) expect((await signIn({ token: "siem_a" })).status).toBe(200);
    expect((await signIn({ token: "siem_a" })).status).toBe(429);
  });
});

describe("a session", () => {
  it("reads by its cookie alone, and changes with its token as well", async () => {
    const { cookie, csrf } = await opened();
    expect((await by(cookie, "GET", "/v1/org/siem-configs")).status).toBe(200);
    const refused = await by(cookie, "POST", "/v1/org/setup-links");
    expect(refused).toMatchObject({ status: 403, json: { code: "csrf" } });
    for (const wrong of ["", "x", "é".repeat(csrf.length), `${csrf}x`]) {
      expect((await by(cookie, "POST", "/v1/org/setup-links", { "x-csrf-token": wrong })).status).toBe(403);
    }
    expect((await by(cookie, "POST", "/v1/org/setup-links", { "x-csrf-token": csrf }, {})).status).toBe(201);
  });

  it("is no use to another site's page", async () => {
    const { cookie, csrf } = await opened();
    for (const site of ["cross-site", "same-site"]) {
      const headers = { "x-csrf-token": csrf, "sec-fetch-site": site };
      expect((await by(cookie, "GET", "/v1/session", headers)).json.code).toBe("csrf");
    }
    expect((await by(cookie, "GET", "/v1/session", { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("says who is signed in, by cookie and by token", async () => {
    const { cookie, json } = await opened();
    expect((await by(cookie, "GET", "/v1/session")).json).toEqual(json);
    const { json: direct } = await api.call("GET", "/v1/session", { token: "siem_admin" });
    expect(direct).toMatchObject({ kind: "bearer", is_admin: true, org_id: null, csrf_token: null });
  });

  it("counts less than a bearer token beside it", async () => {
    const { cookie } = await opened();
    const { json } = await api.call("GET", "/v1/session", { token: "siem_b", headers: { cookie } });
    expect(json.org_id).toBe(ORG_B);
    expect((await api.call("GET", "/v1/session", { token: "siem_revoked", headers: { cookie } })).status).toBe(401);
  });

  it("ends by signing out", async () => {
    const { cookie, csrf } = await opened();
    const out = await by(cookie, "DELETE", "/v1/session", { "x-csrf-token": csrf });
    expect(out.status).toBe(204);
    expect(String(out.headers["set-cookie"])).toContain("Max-Age=0");
    expect((await by(cookie, "GET", "/v1/session")).status).toBe(401);
  });

  it("is not made up", async () => {
    for (const value of ["", "x", "a".repeat(43), "../..", "é"]) {
      expect((await by(`siem_session=${value}`, "GET", "/v1/session")).status, value).toBe(401);
    }
  });
});

describe("a set-up link", () => {
  it("is an address whose token no server sees", async () => {
    const { url, token, state } = await link({ name: "Ada", expires_in: "7d" });
    expect(url).toBe(`http://localhost/console/#setup=${token}`);
    expect(state).toBe("active");
    expect((await api.call("GET", "/v1/org/setup-links")).text).not.toContain(token);
  });

  it("opens a session that sets up one organisation's destinations, and nothing else", async () => {
    const { cookie, csrf, json } = await opened({ setup_token: (await link()).token });
    expect(json).toMatchObject({ kind: "setup_link", org_id: ORG_A, is_admin: false, may_share: false });
    expect((await by(cookie, "GET", "/v1/org/siem-configs")).status).toBe(200);
    for (const url of [`/v1/org/siem-configs?org_id=${ORG_B}`, "/v1/org/setup-links", "/api/admin/siem/setup-links"]) {
      expect((await by(cookie, "GET", url, { "x-csrf-token": csrf })).status, url).toBe(403);
    }
  });

  it("ends its sessions when it is revoked, and opens none", async () => {
    const { token, id } = await link();
    const { cookie } = await opened({ setup_token: token });
    expect((await api.call("DELETE", `/v1/org/setup-links/${id}`)).json.state).toBe("revoked");
    expect((await by(cookie, "GET", "/v1/session")).status).toBe(401);
    expect((await signIn({ setup_token: token })).json.detail).toContain("was revoked");
  });

  it("is its own organisation's", async () => {
    const { id } = await link();
    expect((await api.call("DELETE", `/v1/org/setup-links/${id}`, { token: "siem_b" })).status).toBe(404);
    expect((await api.call("GET", "/v1/org/setup-links", { token: "siem_b" })).json.setup_links).toEqual([]);
    const all = await api.call("GET", "/api/admin/siem/setup-links", { token: "siem_admin" });
    expect(all.json.setup_links).toMatchObject([{ id, org_id: ORG_A, uses: 0 }]);
  });

  it.each([{ expires_in: "0s" }, { expires_in: "31d" }, { expires_in: "x" }, { name: "a\nb" }, { org_id: ORG_B }])(
    "is not made of %j",
    async (body) => {
      expect((await api.call("POST", "/v1/org/setup-links", { body })).status).toBe(422);
    },
  );

  it("is told of in audit events: made, opened, revoked, never with its token", async () => {
    const { token, id } = await link({ name: 'Ada <img src=x onerror="alert(1)">' });
    await opened({ setup_token: token });
    await api.call("DELETE", `/v1/org/setup-links/${id}`);
    const events = await api.events();
    const told = events.map(({ message, actor, metadata }) => ({ message, actor, metadata }));
    expect(told).toMatchObject([
      { message: expect.stringMatching(/^The set-up link "Ada <img.*" was made\.$/), actor: { user: { name: "ada" } } },
      {
        message: expect.stringMatching(/was opened\.$/),
        actor: { user: { name: expect.stringMatching(/^set-up link/) } },
      },
      { message: expect.stringMatching(/was revoked\.$/), metadata: { tenant_uid: ORG_A } },
    ]);
    expect(JSON.stringify(events)).not.toContain(token);
    expect(api.failures).toEqual([]);
  });
});
