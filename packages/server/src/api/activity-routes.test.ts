import type { DestinationStatus } from "@arbitex/core/host";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { startApi } from "../../test/api-server.ts";
import { writeDeadLetters } from "../../test/dead-letters.ts";
import { ORG_A } from "../../test/api-server.ts";
import { Ring } from "../activity/ring.ts";

let api: ApiServer;
const CONFIGS = "/v1/org/siem-configs";
const now = Date.now();
const silence = { since: now - 3_600_000, usualPerHour: 120 };

beforeEach(async () => {
  const hour = new Ring({ stepMs: 60_000, steps: 60, now: now - 60_000 });
  const sample = { accepted: 9, delivered: 7, deadLettered: 1, filtered: 1, queued: 3, attempts: [0, 5] };
  hour.add(now - 60_000, sample);
  const day = new Ring({ stepMs: 600_000, steps: 144, now });
  day.add(now, sample);
  const of = () => ({ hour: hour.series(now), day: day.series(now), silence });
  api = await startApi({ api: { activity: { of, silenceOf: () => silence } } });
});
afterEach(() => api.close());

async function create(name: string): Promise<string> {
  const body = { connector_type: "acme", name, config: { url: "https://acme.example", token: "s3cret-token" } };
  return String((await api.call("POST", CONFIGS, { body })).json.id);
}

describe("the overview", () => {
  it("shows every destination at a glance, the worst first, without a secret", async () => {
    const name = '"><img src=x onerror=alert(1)>';
    const [well, bad] = [await create("well"), await create(name)];
    await writeDeadLetters(api.folder, `${bad}.jsonl`, [{ id: "a", destination: bad, orgId: ORG_A }]);
    api.running.live = (id) => (id === bad ? failed() : undefined);
    const { json, text } = await api.call("GET", "/v1/org/overview");
    expect(json.destinations.map(({ id }: { id: string }) => id)).toEqual([bad, well]);
    expect(json.destinations[0]).toMatchObject({
      name,
      health: "failed",
      reason: "said [secret]",
      since: new Date(1000).toISOString(),
      dead_letters_waiting: 1,
      rate_per_minute: 7,
      silence: { usual_per_hour: 120 },
    });
    expect(text).not.toContain("s3cret-token");
    expect((await api.call("GET", "/v1/org/overview", { token: "siem_b" })).json).toEqual({ destinations: [] });
  });

  it("says which destination is paused", async () => {
    const id = await create("held");
    await create("free");
    const body = { delivery: { paused: true } };
    expect((await api.call("PATCH", `${CONFIGS}/${id}`, { body })).status).toBe(200);
    const { json } = await api.call("GET", "/v1/org/overview");
    const paused = json.destinations.map((one: { name: string; paused: boolean }) => [one.name, one.paused]);
    expect(Object.fromEntries(paused)).toEqual({ held: true, free: false });
  });
});

describe("the activity of a destination", () => {
  it("is shown to its organisation, and of a global one to administrators", async () => {
    const id = await create("soc");
    const { json } = await api.call("GET", `${CONFIGS}/${id}/activity`);
    expect(json.hour).toMatchObject({ step_seconds: 60, latency_p50_seconds: expect.any(Array) });
    expect(json.hour.delivered).toHaveLength(60);
    expect(json.hour.delivered.at(-2)).toBe(7);
    expect(json.day.queued.at(-1)).toBe(3);
    const global = await api.call("GET", "/api/admin/siem/destinations/soc/activity", { token: "siem_admin" });
    expect(global.json.day.delivered).toHaveLength(144);
  });
});

function failed(): DestinationStatus {
  const known = api.host.status().destinations[0];
  if (known === undefined) throw new Error("there is no destination");
  return { ...known, health: "failed", healthSince: 1000, reason: "said s3cret-token", fix: undefined };
}
