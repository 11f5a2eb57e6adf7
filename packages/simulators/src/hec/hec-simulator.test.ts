import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createEventGenerator } from "../events/generator.ts";
import type { HecSimulator, HecSimulatorOptions } from "./hec-simulator.ts";
import { startHecSimulator } from "./hec-simulator.ts";

const CHANNEL = "0fe8b2a4-1c0d-4b0e-9f51-5f1d0b1d9a10";
let hec: HecSimulator;

afterEach(() => hec.close());

async function start(options: HecSimulatorOptions = {}) {
  hec = await startHecSimulator({ token: "t", ...options });
}

async function post(body: string | Buffer, { path = "/services/collector/event", headers = {} } = {}) {
  const reply = await fetch(`${hec.url}${path}`, {
    method: "POST",
    headers: { authorization: "Splunk t", ...headers },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  const text = await reply.text();
  return { status: reply.status, body: text.startsWith("{") ? (JSON.parse(text) as unknown) : text, reply };
}

const event = (uid: string, more = {}) => JSON.stringify({ event: { metadata: { uid } }, ...more });

describe("the intake", () => {
  it.each([
    ["by line breaks", "\n"],
    ["by nothing", ""],
    ["by white space", " \r\n\t"],
  ])("takes objects divided %s", async (_name, glue) => {
    await start();
    const { status, body } = await post([event("a"), event("b"), event("c")].join(glue));
    expect([status, body]).toEqual([200, { text: "Success", code: 0 }]);
    expect(hec.ids).toEqual(["a", "b", "c"]);
  });

  it("takes an object that runs over several lines, with braces and quotes in its texts", async () => {
    await start();
    await post(`${JSON.stringify({ event: 'a } \\" { "' }, null, 2)}{"event":"b"}`);
    expect(hec.stored.map((stored) => stored.event)).toEqual(['a } \\" { "', "b"]);
  });

  it("keeps what the envelope says", async () => {
    await start();
    const envelope = {
      time: 1741824000.123,
      host: "h",
      source: "s",
      sourcetype: "st",
      index: "i",
      fields: { f: ["1"] },
    };
    await post(JSON.stringify({ ...envelope, event: "e" }));
    expect(hec.stored).toEqual([{ ...envelope, event: "e" }]);
  });

  it.each([
    ["broken JSON", '{"event":', { text: "Invalid data format", code: 6, "invalid-event-number": 2 }],
    ["no event", "{}", { text: "Event field is required", code: 12, "invalid-event-number": 2 }],
    ["a blank event", '{"event":{}}', { text: "Event field cannot be blank", code: 13, "invalid-event-number": 2 }],
    ["a time that is no number", '{"event":1,"time":"soon"}', { code: 15, "invalid-event-number": 2 }],
    ["a time with an exponent", '{"time":1.79E9,"event":1}', { code: 15, "invalid-event-number": 2 }],
    ["nested fields", '{"event":1,"fields":{"a":{}}}', { code: 15, "invalid-event-number": 2 }],
    ["a wrong index", '{"event":1,"index":"secret"}', { code: 7, "invalid-event-number": 3 }],
  ])("stops at %s and keeps what came before", async (_name, bad, answer) => {
    await start({ indexes: ["main"] });
    const { status, body } = await post([event("a"), event("b"), bad, event("c")].join("\n"));
    expect([status, body]).toEqual([400, expect.objectContaining(answer)]);
    expect(hec.ids).toEqual(["a", "b"]);
    expect(hec.counts()).toEqual({ requests: 1, stored: 2, repeated: 0, refused: 1 });
  });

  it("ends silently at an unknown key, and says no data when it comes first", async () => {
    await start();
    const odd = event("x", { severity: "info" });
    expect((await post(`${event("a")}${odd}${event("b")}`)).body).toEqual({ text: "Success", code: 0 });
    expect((await post(odd)).body).toEqual({ text: "No data", code: 5 });
    expect(hec.ids).toEqual(["a"]);
  });

  it("passes over fields without an event", async () => {
    await start();
    expect((await post('{"fields":{"a":1}}{"event":"b"}')).status).toBe(200);
    expect(hec.stored).toHaveLength(1);
  });

  it("does not mistake the event's own time for the envelope's", async () => {
    await start();
    const { status } = await post('{"time":1.5,"event":{"time":1.79E9,"x":"}"}}');
    expect(status).toBe(200);
  });

  it("answers an empty body with code 5, which is how a token is tested", async () => {
    await start();
    const { status, body } = await post("");
    expect([status, body]).toEqual([400, { text: "No data", code: 5 }]);
  });

  it("keeps a repeated event twice and counts it once", async () => {
    await start();
    await post(event("a"));
    await post(event("a"));
    expect(hec.ids).toEqual(["a", "a"]);
    expect(hec.counts()).toMatchObject({ stored: 1, repeated: 1 });
  });

  it("takes raw lines with the metadata of the query", async () => {
    await start();
    await post("one\ntwo\n", { path: "/services/collector/raw/1.0?source=s&index=i" });
    expect(hec.stored.map(({ event: line, source, index }) => [line, source, index])).toEqual([
      ["one", "s", "i"],
      ["two", "s", "i"],
    ]);
  });
});

describe("encoding and limits", () => {
  it("unpacks gzip and refuses every other encoding with a page for people", async () => {
    await start();
    await post(gzipSync(event("a")), { headers: { "content-encoding": "gzip" } });
    const refused = await post(event("b"), { headers: { "content-encoding": "zstd" } });
    expect(hec.ids).toEqual(["a"]);
    expect([refused.status, refused.body]).toEqual([415, expect.stringContaining("<!doctype html>")]);
  });

  it("refuses an oversize body with 413, unpacked gzip too, and serves on", async () => {
    await start({ maxBodyBytes: 100 });
    const big = event("a", { source: "x".repeat(200) });
    expect((await post(big)).status).toBe(413);
    expect((await post(gzipSync(big), { headers: { "content-encoding": "gzip" } })).status).toBe(413);
    expect((await post(event("b"))).status).toBe(200);
  });

  it("refuses an oversize body as Splunk Cloud does", async () => {
    await start({ maxBodyBytes: 100, edition: "cloud" });
    const { status, body } = await post(event("a", { source: "x".repeat(200) }));
    expect([status, body]).toEqual([400, { text: "Invalid data format", code: 6, "invalid-event-number": 0 }]);
  });

  it("refuses an oversize event", async () => {
    await start({ maxEventBytes: 100 });
    const { body } = await post(`${event("a")}\n${event("b", { source: "x".repeat(200) })}`);
    expect(body).toMatchObject({ code: 6, "invalid-event-number": 1 });
  });
});

describe("tokens and paths", () => {
  it.each([
    ["none", {}, 401, 2],
    ["another scheme", { authorization: "Bearer t" }, 401, 3],
    ["an unknown one", { authorization: "Splunk x" }, 403, 4],
    ["a disabled one", { authorization: "Splunk off" }, 403, 1],
  ])("refuses a request with %s", async (_name, headers, status, code) => {
    await start({ tokens: { off: { disabled: true } } });
    const reply = await fetch(`${hec.url}/services/collector`, { method: "POST", headers, body: event("a") });
    expect([reply.status, await reply.json()]).toEqual([status, expect.objectContaining({ code })]);
  });

  it("takes the token as a basic password, and from the query only where that is allowed", async () => {
    await start({ tokens: { q: { queryAuth: true } } });
    const basic = { authorization: `Basic ${Buffer.from("x:t").toString("base64")}` };
    expect((await post(event("a"), { headers: basic })).status).toBe(200);
    expect((await post(event("a"), { path: "/services/collector?token=q" })).status).toBe(200);
    expect((await post(event("a"), { path: "/services/collector?token=t" })).body).toMatchObject({ code: 16 });
    expect((await post(event("a"), { path: "/services/collector?token=x" })).body).toMatchObject({ code: 4 });
  });

  it("is healthy without a token, and answers a wrong path in JSON", async () => {
    await start();
    const health = await fetch(`${hec.url}/services/collector/health`);
    expect(await health.json()).toEqual({ text: "HEC is healthy", code: 17 });
    expect((await post(event("a"), { path: "/services/collectr" })).body).toEqual({
      text: "The requested URL was not found on this server.",
      code: 404,
    });
  });
});

describe("acknowledgement", () => {
  const channel = { "x-splunk-request-channel": CHANNEL };
  const poll = async (acks: number[], headers: Record<string, string> = channel) =>
    (await post(JSON.stringify({ acks }), { path: "/services/collector/ack", headers })).body;

  it("counts ids from 0 in each channel and tells true once", async () => {
    await start({ ack: true });
    expect((await post(event("a"), { headers: channel })).body).toMatchObject({ ackId: 0 });
    expect((await post(event("b"), { headers: channel })).body).toMatchObject({ ackId: 1 });
    const other = { "x-splunk-request-channel": CHANNEL.replace("0", "1") };
    expect((await post(event("c"), { headers: other })).body).toMatchObject({ ackId: 0 });
    expect(await poll([0, 7])).toEqual({ acks: { 0: true, 7: false } });
    expect(await poll([0, 1])).toEqual({ acks: { 0: false, 1: true } });
  });

  it("takes its time when told so", async () => {
    await start({ ack: { afterPolls: 2 } });
    await post(event("a"), { headers: channel });
    const told = [await poll([0]), await poll([0]), await poll([0])];
    expect(told).toEqual([{ acks: { 0: false } }, { acks: { 0: false } }, { acks: { 0: true } }]);
  });

  it("wants a channel, and a token that acknowledges", async () => {
    await start({ ack: true, tokens: { plain: {} } });
    expect((await post(event("a"))).body).toMatchObject({ code: 10 });
    expect((await post(event("a"), { headers: { "x-splunk-request-channel": "no" } })).body).toMatchObject({
      code: 11,
    });
    expect(await poll([0], { ...channel, authorization: "Splunk plain" })).toEqual({
      text: "ACK is disabled",
      code: 14,
    });
  });

  it("gives an id for the events before a bad one", async () => {
    await start({ ack: true });
    expect((await post(`${event("a")}{}`, { headers: channel })).body).toMatchObject({ code: 12, ackId: 0 });
    expect((await post("{}", { headers: channel })).body).not.toHaveProperty("ackId");
  });

  it("never acknowledges what it lost", async () => {
    await start({ ack: { loseEvents: 1 } });
    await post(event("a"), { headers: channel });
    expect(await poll([0])).toEqual({ acks: { 0: false } });
    expect(hec.stored).toEqual([]);
  });

  it("asks the wrong indexer when the cookie is not kept", async () => {
    await start({ ack: { indexers: 2 } });
    const { reply } = await post(event("a"), { headers: channel });
    const [cookie = ""] = (reply.headers.get("set-cookie") ?? "").split(";");
    expect(await poll([0])).toEqual({ acks: { 0: false } });
    expect(await poll([0], { ...channel, cookie })).toEqual({ acks: { 0: true } });
  });
});

it("counts real events the same way, whatever it keeps", async () => {
  const generator = createEventGenerator({ seed: 3 });
  const body = Array.from({ length: 50 }, () => JSON.stringify({ time: 1, event: generator.next() })).join("\n");
  for (const keep of ["all", "ids", "count"] as const) {
    await start({ keep });
    await post(body);
    await post(body);
    expect(hec.counts()).toEqual({ requests: 2, stored: 50, repeated: 50, refused: 0 });
    await hec.close();
  }
});

it("does not refuse by a fault what it stored before", async () => {
  await start();
  await post(event("a"));
  hec.faults.script([{ kind: "partial" }]);
  expect((await post(event("a"))).status).toBe(200);
  expect(hec.counts()).toMatchObject({ stored: 1, repeated: 1, refused: 0 });
});
