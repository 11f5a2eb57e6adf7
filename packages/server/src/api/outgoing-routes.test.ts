import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { ORG_A, ORG_B, startApi } from "../../test/api-server.ts";

let api: ApiServer;
const CONFIGS = "/v1/org/siem-configs";
const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };

beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

function event(uid: string, orgId: string, severity = 3) {
  const actor = { user: { name: uid, email_addr: `${uid}@example.com` }, org: { uid: orgId } };
  return { class_uid: 3002, severity_id: severity, time: 1, metadata: { uid }, actor };
}

describe("a preview", () => {
  const PREVIEW = "/v1/org/filter/preview";

  it("tells how many recent events of the organisation pass, and shows some, redacted", async () => {
    await api.host.publish([event("one", ORG_A), event("two", ORG_A, 1), event("other", ORG_B)]);
    const filter = { cel: "severity_id >= 2" };
    const redact = [{ path: "actor.user.email_addr", action: "mask" }];
    const { status, json, text } = await api.call("POST", PREVIEW, { body: { filter, redact } });
    expect([status, json.looked_at, json.passed]).toEqual([200, 2, 1]);
    expect(json.samples.map((sample: { passed: boolean }) => sample.passed)).toEqual([false, true]);
    expect(text).not.toMatch(/other|@example\.com/);
    const all = await api.call("POST", "/api/admin/siem/filter/preview", { token: "siem_admin", body: { filter } });
    expect([all.status, all.json.looked_at, all.json.passed]).toEqual([200, 3, 2]);
    expect((await api.call("POST", "/api/admin/siem/filter/preview", { body: { filter } })).status).toBe(403);
  });

  it("names what is wrong with the filter and the redactions", async () => {
    const filter = { cel: "sevrity_id > 1" };
    const wrong = await api.call("POST", PREVIEW, { body: { filter } });
    expect([wrong.status, wrong.json.problems[0].path]).toEqual([422, "filter.cel"]);
    expect(wrong.json.problems[0].message).toContain("Did you mean severity_id?");
    const redact = [{ path: "metadata.uid", action: "drop" }];
    const refused = await api.call("POST", PREVIEW, { body: { redact } });
    expect([refused.status, refused.json.problems[0].path]).toEqual([422, "redact[0]"]);
  });

  it("refuses a filter that reads what the operator hides, as a saved one is", async () => {
    await api.close();
    const rule = { path: ["actor", "user", "email_addr"], action: { kind: "mask" }, form: "email" } as const;
    const settings = {
      intakeLimits: { maxEventBytes: 10_000, maxDepth: 16 },
      egress: { guard: "off" as const },
      redaction: { key: undefined, ofOrganisations: [rule] },
      queue: { store: "memory" as const, path: "." },
      console: { url: undefined, frameAncestors: [] },
    };
    api = await startApi({ api: { settings } });
    const filter = { cel: 'actor.user.email_addr.startsWith("a")' };
    const { status, json } = await api.call("POST", PREVIEW, { body: { filter } });
    expect([status, json.problems[0].path]).toEqual([422, "filter.cel"]);
    expect(json.problems[0].message).toContain("which the operator redacts");
  });
});

describe("an explanation", () => {
  it("says what the filter says, and shows the request without its secret", async () => {
    const filter = { cel: 'severity_id >= 2 && actor.user.name != "bob"' };
    const delivery = { redact: [{ path: "actor.user.email_addr", action: "mask" }] };
    const { id } = (await api.call("POST", CONFIGS, { body: { ...body, filter, delivery } })).json;
    const url = `${CONFIGS}/${id}/explain`;
    const passed = await api.call("POST", url, { body: { event: event("ada", ORG_A) } });
    expect([passed.status, passed.json]).toMatchObject([
      200,
      { sent: true, redacted: ["actor.user.email_addr"], filter: [{ passed: true }, { passed: true }] },
    ]);
    expect(passed.text).not.toMatch(/s3cret-token|ada@example\.com/);
    const left = await api.call("POST", url, { body: { event: event("bob", ORG_A) } });
    expect(left.json).toMatchObject({ sent: false, request: null, filter: [{ passed: true }, { passed: false }] });
    expect(api.siem.sent.filter(({ destination }) => destination === id)).toEqual([]);
    expect((await api.call("POST", url, { token: "siem_b", body: { event: event("ada", ORG_B) } })).status).toBe(404);
    const wrong = await api.call("POST", url, { body: { event: { time: 1 } } });
    expect([wrong.status, wrong.json.problems[0].path]).toEqual([422, "event.class_uid"]);
  });

  it("is there for global destinations too, for administrators", async () => {
    const url = "/api/admin/siem/destinations/soc/explain";
    const asked = { token: "siem_admin", body: { event: event("ada", ORG_A) } } as const;
    expect((await api.call("POST", url, asked)).json).toMatchObject({ sent: true, filter: [] });
    expect((await api.call("POST", url, { body: asked.body })).status).toBe(403);
  });
});

/** Reads a tap over a real connection until `isEnough` says so, and leaves. */
async function tapped(path: string, token: string, isEnough: (text: string) => boolean, act: () => Promise<unknown>) {
  const address = await api.server.app.listen({ port: 0, host: "127.0.0.1" });
  const left = new AbortController();
  const response = await fetch(`${address}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: left.signal,
  });
  let text = "";
  const decoder = new TextDecoder();
  if (response.body === null || response.status !== 200)
    return { status: response.status, text: await response.text() };
  let hasActed = false;
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (!hasActed) {
      hasActed = true;
      await act();
    }
    if (isEnough(text)) break;
  }
  left.abort();
  return { status: response.status, text };
}

describe("a tap", () => {
  it("shows administrators the events of any destination, and an account", async () => {
    const path = `/api/admin/siem/tap?filter=${encodeURIComponent("severity_id >= 2")}`;
    const { text } = await tapped(
      path,
      "siem_admin",
      (soFar) => soFar.includes("event: account"),
      () => api.host.publish([event("one", ORG_A), event("two", ORG_A, 1)]),
    );
    expect(text).toContain('"destination":{"id":"soc","name":null},"outcome":"passed"');
    expect(text).toContain('"uid":"one"');
    expect(text).not.toContain('"uid":"two"');
    expect(text).toMatch(/"seen":2,"shown":1,"skipped":0/);
  }, 30_000);

  it("shows an organisation nothing of global destinations", async () => {
    const { text } = await tapped(
      "/v1/org/tap",
      "siem_a",
      (soFar) => soFar.includes("event: account"),
      () => api.host.publish([event("one", ORG_A)]),
    );
    expect(text).not.toContain("uid");
    expect(text).toContain('"seen":0');
  }, 30_000);

  it("names what is wrong with its filter, and knows no other organisation's destination", async () => {
    expect((await api.call("GET", "/v1/org/tap?filter=nothing%20%3D%3D%201")).status).toBe(422);
    const { id } = (await api.call("POST", CONFIGS, { token: "siem_b", body })).json;
    expect((await api.call("GET", `/v1/org/tap?destination=${id}`)).status).toBe(404);
  });
});
