import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEventGenerator } from "../events/generator.ts";
import type { XsiamSimulator, XsiamSimulatorOptions } from "./xsiam-simulator.ts";
import { startXsiamSimulator } from "./xsiam-simulator.ts";

const FAILED = `{"error":"error processing request, error: failed to process the request"}`;

async function start(options: XsiamSimulatorOptions = {}): Promise<XsiamSimulator> {
  const siem = await startXsiamSimulator({ apiKey: "k", compression: "none", ...options });
  onTestFinished(() => siem.close());
  return siem;
}

async function post(siem: XsiamSimulator, body: string | Uint8Array, { headers = {}, path = "/logs/v1/event" } = {}) {
  const reply = await fetch(`${siem.url}${path}`, {
    method: "POST",
    headers: { authorization: "k", ...headers },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  return { status: reply.status, text: await reply.text() };
}

const eventOf = (uid: string, more = {}) => JSON.stringify({ metadata: { uid }, ...more });

describe("the collector", () => {
  it("takes one record a line into its dataset, again where it comes again", async () => {
    const siem = await start({ vendor: "v", product: "p" });
    expect(await post(siem, `${eventOf("a")}\n${eventOf("b")}\n`)).toEqual({ status: 200, text: `{"error":"false"}` });
    await post(siem, eventOf("b"));
    expect(siem.ids).toEqual(["a", "b", "b"]);
    expect(siem.stored[0]).toEqual({ dataset: "v_p_raw", event: { metadata: { uid: "a" } }, text: eventOf("a") });
    expect(siem.counts()).toEqual({ requests: 2, stored: 2, repeated: 1, refused: 0 });
  });

  it("keeps what is no JSON object as raw text, without complaint", async () => {
    const siem = await start();
    expect((await post(siem, `[${eventOf("a")}]`)).status).toBe(200);
    expect(siem.ids).toEqual([]);
    expect(siem.stored).toMatchObject([{ event: undefined, text: `[${eventOf("a")}]` }]);
  });

  it.each<[string, XsiamSimulatorOptions, object, number, string]>([
    ["a wrong key", {}, { headers: { authorization: "z" } }, 401, ""],
    ["a key with a scheme before it", {}, { headers: { authorization: "Bearer k" } }, 401, ""],
    ["a missing key id", { apiKeyId: "1" }, {}, 401, ""],
    ["another path", {}, { path: "/logs/v1/bulk_load" }, 404, ""],
    ["a body over the limit", { maxBodyBytes: 3 }, {}, 413, ""],
    ["a body that is not compressed", { compression: "gzip" }, {}, 500, FAILED],
    ["a body that is compressed", {}, { headers: { "content-encoding": "gzip" } }, 500, FAILED],
    ["a compression that it does not know", {}, { headers: { "content-encoding": "br" } }, 500, FAILED],
  ])("refuses %s", async (_, options, request, status, text) => {
    const siem = await start(options);
    expect(await post(siem, eventOf("a"), request)).toEqual({ status, text });
    expect(siem.counts().stored).toBe(0);
  });

  it("refuses what is compressed as it should not be", async () => {
    const siem = await start();
    const headers = { "content-encoding": "gzip" };
    expect(await post(siem, gzipSync(eventOf("a")), { headers })).toEqual({ status: 500, text: FAILED });
  });

  it("takes 400 requests in a second and no more", async () => {
    let now = 1000;
    const siem = await start({ requestsPerSecond: 2, now: () => now });
    const statuses: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) statuses.push((await post(siem, eventOf(`${sent}`))).status);
    now += 1000;
    statuses.push((await post(siem, eventOf("later"))).status);
    expect(statuses).toEqual([200, 200, 429, 200]);
  });

  it("drops a record that is too large and says that all is well", async () => {
    const siem = await start({ maxRecordBytes: 100 });
    expect((await post(siem, `${eventOf("a")}\n${eventOf("b", { text: "x".repeat(100) })}`)).status).toBe(200);
    expect(siem.ids).toEqual(["a"]);
    expect(siem.counts().refused).toBe(1);
  });

  it("takes nothing but POST", async () => {
    const siem = await start();
    expect((await fetch(`${siem.url}/logs/v1/event`)).status).toBe(405);
  });
});

describe("the simulator's own means", () => {
  it("refuses the key and each body with a poisoned event", async () => {
    const siem = await start();
    siem.refuseCredentials(true);
    expect((await post(siem, eventOf("a"))).status).toBe(401);
    siem.refuseCredentials(false);
    siem.poison("b");
    expect((await post(siem, `${eventOf("a")}\n${eventOf("b")}`)).status).toBe(400);
    expect((await post(siem, eventOf("b"))).status).toBe(400);
    expect(siem.counts()).toMatchObject({ stored: 0, refused: 1 });
  });

  it("words a 500 that it is told to give as a mismatch", async () => {
    const siem = await start({ faults: "500" });
    expect(await post(siem, eventOf("a"))).toEqual({ status: 500, text: FAILED });
  });

  it("counts alone where numbers are enough", async () => {
    const siem = await start({ keep: "count" });
    const events = createEventGenerator({ seed: 1 });
    const lines = Array.from({ length: 20 }, () => JSON.stringify(events.next()));
    await post(siem, lines.join("\n"));
    await post(siem, lines.slice(0, 5).join("\n"));
    expect(siem.counts()).toEqual({ requests: 2, stored: 20, repeated: 5, refused: 0 });
  });
});
