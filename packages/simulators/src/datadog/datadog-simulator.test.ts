import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEventGenerator } from "../events/generator.ts";
import type { DatadogSimulator, DatadogSimulatorOptions } from "./datadog-simulator.ts";
import { startDatadogSimulator } from "./datadog-simulator.ts";

const NOW = Date.UTC(2026, 0, 15, 8);
const HOUR_MS = 3_600_000;

async function start(options: DatadogSimulatorOptions = {}): Promise<DatadogSimulator> {
  const siem = await startDatadogSimulator({ apiKey: "k", now: () => NOW, ...options });
  onTestFinished(() => siem.close());
  return siem;
}

async function post(siem: DatadogSimulator, body: unknown, { headers = {}, query = "" } = {}) {
  const reply = await fetch(`${siem.url}/api/v2/logs${query}`, {
    method: "POST",
    headers: { "dd-api-key": "k", "content-type": "application/json", ...headers },
    body: body instanceof Uint8Array ? new Uint8Array(body) : typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.json() };
}

const logOf = (uid: string, more = {}) => ({ message: JSON.stringify({ metadata: { uid } }), ...more });

describe("the intake", () => {
  it("takes an array or one object, plain, gzip or deflate, and says nothing of single logs", async () => {
    const siem = await start();
    expect(await post(siem, [logOf("a"), logOf("b")])).toEqual({ status: 202, body: {} });
    expect(await post(siem, logOf("c"))).toEqual({ status: 202, body: {} });
    const deflate = { headers: { "content-encoding": "deflate" } };
    expect(await post(siem, deflateSync(JSON.stringify([logOf("z")])), deflate)).toMatchObject({ status: 202 });
    const gzip = { headers: { "content-encoding": "gzip" } };
    expect(await post(siem, gzipSync(JSON.stringify([{ ocsf: { metadata: { uid: "d" } } }])), gzip)).toMatchObject({
      status: 202,
    });
    expect(siem.ids).toEqual(["a", "b", "c", "z", "d"]);
  });

  it("stores a repeated log twice", async () => {
    const siem = await start();
    await post(siem, [logOf("a")]);
    await post(siem, [logOf("a")]);
    expect([siem.counts().stored, siem.counts().repeated, siem.stored.length]).toEqual([1, 1, 2]);
  });

  it("keeps what the entry says, tags of the request, and the JSON in the message", async () => {
    const siem = await start();
    const entry = {
      ddsource: "s",
      ddtags: "a:1,b:2",
      hostname: "h",
      service: "x",
      message: `{"class_uid":6003}`,
      extra: 1,
    };
    await post(siem, [entry], { query: "?ddtags=c:3" });
    expect(siem.stored).toEqual([
      {
        source: "s",
        tags: ["c:3", "a:1", "b:2"],
        host: "h",
        service: "x",
        message: `{"class_uid":6003}`,
        attributes: { class_uid: 6003, extra: 1 },
        date: NOW,
        isCut: false,
      },
    ]);
  });

  it.each([
    ["no key", { "dd-api-key": "" }, [logOf("a")], 401],
    ["a wrong key", { "dd-api-key": "z" }, [logOf("a")], 403],
    ["broken JSON", {}, "[{", 400],
    ["an array of texts", {}, ["a"], 400],
    ["more than 1000 logs", {}, Array.from({ length: 1001 }, () => ({})), 413],
    ["a body over 5 MB", {}, "x".repeat(5_000_001), 413],
    ["an encoding that it does not know", { "content-encoding": "br" }, "x", 415],
  ])("refuses %s and stores nothing", async (_, headers, body, status) => {
    const siem = await start();
    const reply = await post(siem, body, { headers });
    expect(reply).toEqual({ status, body: { errors: [expect.objectContaining({ status: String(status) })] } });
    expect(siem.counts().stored).toBe(0);
  });

  it("refuses a body over 5 MB by its unpacked size", async () => {
    const siem = await start();
    const body = gzipSync("x".repeat(5_000_001));
    expect(await post(siem, body, { headers: { "content-encoding": "gzip" } })).toMatchObject({ status: 413 });
  });
});

describe("what Datadog does without a word", () => {
  it("cuts a log of more than 1 MB, so that its JSON is broken, and answers 202", async () => {
    const siem = await start();
    const message = JSON.stringify({ metadata: { uid: "a" }, text: "x".repeat(1_000_000) });
    expect(await post(siem, [{ message }])).toMatchObject({ status: 202 });
    expect(siem.ids).toEqual([]);
    expect(siem.stored[0]).toMatchObject({ isCut: true, attributes: {} });
    expect(siem.stored[0]?.message).toHaveLength(1_000_000);
  });

  it.each<[string, (date: number) => object]>([
    ["timestamp in milliseconds", (date: number) => ({ timestamp: date })],
    ["timestamp as text", (date: number) => ({ timestamp: new Date(date).toISOString() })],
    ["a date in the message", (date: number) => ({ message: JSON.stringify({ "@timestamp": date }) })],
  ])("drops what is dated outside of 18 h back and 2 h ahead: %s", async (_, entryOf) => {
    const siem = await start();
    const dates = [NOW - 18 * HOUR_MS - 1, NOW - 18 * HOUR_MS, NOW + 2 * HOUR_MS, NOW + 2 * HOUR_MS + 1];
    expect(await post(siem, dates.map(entryOf))).toMatchObject({ status: 202 });
    expect(siem.stored.map(({ date }) => date)).toEqual(dates.slice(1, 3));
    expect(siem.counts().refused).toBe(2);
  });

  it("dates a log at receipt where nothing in it is a date that it knows", async () => {
    const siem = await start();
    await post(siem, [{ message: `{"time":0}` }]);
    expect(siem.stored[0]?.date).toBe(NOW);
  });
});

describe("the simulator's own means", () => {
  it("refuses and accepts the key again, on both addresses", async () => {
    const siem = await start();
    const validate = async () => {
      const reply = await fetch(`${siem.url}/api/v1/validate`, { headers: { "dd-api-key": "k" } });
      return [reply.status, await reply.json()];
    };
    expect(await validate()).toEqual([200, { valid: true }]);
    siem.refuseCredentials(true);
    expect(await validate()).toEqual([403, { errors: ["Forbidden"] }]);
    expect((await post(siem, [logOf("a")])).status).toBe(403);
    siem.refuseCredentials(false);
    expect((await post(siem, [logOf("a")])).status).toBe(202);
  });

  it("refuses each body with a poisoned event, and counts it once it comes alone", async () => {
    const siem = await start();
    siem.poison("b");
    expect((await post(siem, [logOf("a"), logOf("b")])).status).toBe(400);
    expect((await post(siem, [logOf("a")])).status).toBe(202);
    expect((await post(siem, [logOf("b")])).status).toBe(400);
    expect(siem.counts()).toMatchObject({ stored: 1, refused: 1 });
  });

  it("goes on refusing what a partial fault has picked", async () => {
    const siem = await start();
    siem.faults.script([{ kind: "partial" }]);
    const logs = ["a", "b"].map((uid) => logOf(uid));
    expect((await post(siem, logs)).status).toBe(400);
    const statuses: number[] = [];
    for (const log of logs) statuses.push((await post(siem, [log])).status);
    expect(new Set(statuses)).toEqual(new Set([202, 400]));
  });

  it("counts alone where numbers are enough", async () => {
    const siem = await start({ keep: "count" });
    const events = createEventGenerator({ seed: 1 });
    const logs = Array.from({ length: 20 }, () => ({ message: JSON.stringify(events.next()) }));
    await post(siem, logs);
    await post(siem, logs.slice(0, 5));
    expect(siem.counts()).toEqual({ requests: 2, stored: 20, repeated: 5, refused: 0 });
    expect(siem.stored).toEqual([]);
  });

  it.each([
    ["/api/v1/unknown", "GET", 404],
    ["/api/v2/logs", "GET", 405],
  ])("answers %s by %s with %d", async (path, method, status) => {
    const siem = await start();
    expect((await fetch(`${siem.url}${path}`, { method })).status).toBe(status);
  });
});
