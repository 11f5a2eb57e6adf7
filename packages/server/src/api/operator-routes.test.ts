import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, Token } from "../../test/api-server.ts";
import { ORG_A, ORG_B, startApi } from "../../test/api-server.ts";
import { writeDeadLetters } from "../../test/dead-letters.ts";

let api: ApiServer;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

async function create(token: Token, name: string): Promise<string> {
  const body = { connector_type: "acme", name, config: { url: "https://acme.example", token: "s3cret-token" } };
  return String((await api.call("POST", "/v1/org/siem-configs", { body, token })).json.id);
}

function states(id: string, deliveryStatus: "healthy" | "failed", queued: number) {
  const row = api.configs.rows.get(id);
  if (row === undefined) throw new Error("no such row");
  const counts = { accepted: 9, delivered: 9, filtered: 0, dead_lettered: 0, queued };
  const lastError = deliveryStatus === "failed" ? "HTTP 401" : null;
  api.configs.rows.set(id, { ...row, status: { ...row.status, deliveryStatus, lastError, counts } });
}

const organisations = async (query = "") =>
  (await api.call("GET", `/api/admin/siem/organisations${query}`, { token: "siem_admin" })).json;

describe("the operator's view", () => {
  it("shows every organisation, the worst first, and finds by a part of anything", async () => {
    const [a, b] = [await create("siem_a", "SOC"), await create("siem_b", "Archive")];
    states(a, "healthy", 5);
    states(b, "failed", 0);
    await writeDeadLetters(api.folder, `${a}.jsonl`, [{ id: "a", destination: a, orgId: ORG_A }]);
    const all = await organisations();
    expect(all).toMatchObject({ total: 2, next_cursor: null });
    expect(all.organisations).toMatchObject([
      { org_id: ORG_B, failed: 1, health: "failed", worst: { id: b, name: "Archive", reason: "HTTP 401" } },
      { org_id: ORG_A, destinations: 1, health: "healthy", queued: 5, dead_letters_waiting: 1, worst: null },
    ]);
    expect(JSON.stringify(all)).not.toContain("s3cret-token");
    for (const sort of ["queued", "dead_letters", "org"]) {
      expect((await organisations(`?sort=${sort}`)).organisations[0].org_id).toBe(ORG_A);
    }
    expect((await organisations("?search=archive")).organisations).toMatchObject([{ org_id: ORG_B }]);
    expect((await organisations(`?search=${ORG_A.slice(-4)}`)).total).toBe(1);
    const first = await organisations("?limit=1");
    expect((await organisations(`?limit=1&cursor=${first.next_cursor}`)).organisations[0].org_id).toBe(ORG_A);
  });

  it("shows the server and its queue", async () => {
    const { json } = await api.call("GET", "/api/admin/siem/server", { token: "siem_admin" });
    expect(json).toMatchObject({ queue: { events: 0, trouble: null }, destinations: { pending: 1, failed: 0 } });
  });

  it("lists tokens, and says when there is none to revoke", async () => {
    expect((await api.call("GET", "/api/admin/siem/tokens", { token: "siem_admin" })).json).toEqual({ tokens: [] });
    const gone = await api.call("DELETE", `/api/admin/siem/tokens/${ORG_A}`, { token: "siem_admin" });
    expect(gone.status).toBe(404);
  });

  it("tells once of a token that is revoked, to the organisation that it was for", async () => {
    await api.close();
    const times = { createdAt: new Date(), expiresAt: null, lastUsedAt: null, revokedAt: new Date() };
    const record = { id: ORG_B, name: "SOC", scope: { kind: "org", orgId: ORG_A }, ...times } as const;
    let isNew = true;
    const tokens = { list: async () => [record], revoke: async () => ({ record, isNew }) };
    api = await startApi({ api: { tokens } });
    for (const expected of [200, 200]) {
      const { status } = await api.call("DELETE", `/api/admin/siem/tokens/${ORG_B}`, { token: "siem_admin" });
      expect(status).toBe(expected);
      isNew = false;
    }
    const [event, ...more] = await api.events();
    expect(event).toMatchObject({ message: 'The API token "SOC" was revoked.', metadata: { tenant_uid: ORG_A } });
    expect(more).toEqual([]);
  });
});

describe("an operator who acts for an organisation in the console", () => {
  it("is told of once an hour, to that organisation", async () => {
    const { headers } = await api.call("POST", "/v1/sign-in", { token: "", body: { token: "siem_admin" } });
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    const look = (org: string) =>
      api.call("GET", `/v1/org/siem-configs?org_id=${org}`, { token: "", headers: { cookie } });
    for (const org of [ORG_A, ORG_A, ORG_B, ORG_A]) expect((await look(org)).status).toBe(200);
    const events = await api.events();
    expect(events.map(({ message, metadata }) => [message, metadata])).toEqual(
      [ORG_A, ORG_B].map((org) => [
        "The operator root acts for the organisation in the console.",
        expect.objectContaining({ tenant_uid: org }),
      ]),
    );
  });

  it("is not told of for a program with a token, nor for the organisation's own", async () => {
    await api.call("GET", `/v1/org/siem-configs?org_id=${ORG_A}`, { token: "siem_admin" });
    const { headers } = await api.call("POST", "/v1/sign-in", { token: "", body: { token: "siem_a" } });
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    await api.call("GET", `/v1/org/siem-configs?org_id=${ORG_A}`, { token: "", headers: { cookie } });
    expect(await api.events()).toEqual([]);
  });
});
