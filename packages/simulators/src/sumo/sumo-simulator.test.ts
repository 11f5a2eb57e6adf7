import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEventGenerator } from "../events/generator.ts";
import type { SumoSimulator, SumoSimulatorOptions } from "./sumo-simulator.ts";
import { startSumoSimulator } from "./sumo-simulator.ts";

const PATH = "/receiver/v1/http/code";

async function start(options: SumoSimulatorOptions = {}): Promise<SumoSimulator> {
  const siem = await startSumoSimulator({ code: "code", ...options });
  onTestFinished(() => siem.close());
  return siem;
}

async function post(siem: SumoSimulator, body: string | Uint8Array, { headers = {}, path = PATH } = {}) {
  const sent = typeof body === "string" ? body : new Uint8Array(body);
  const reply = await fetch(`${siem.url}${path}`, { method: "POST", headers, body: sent });
  return { status: reply.status, text: await reply.text() };
}

const eventOf = (uid: string, more = {}) => JSON.stringify({ metadata: { uid }, ...more });

describe("the source", () => {
  it("takes one message a line, plain or gzip, and answers with nothing", async () => {
    const siem = await start();
    expect(await post(siem, `${eventOf("a")}\r\n\n${eventOf("b")}\n`)).toEqual({ status: 200, text: "" });
    await post(siem, gzipSync(eventOf("c")), { headers: { "content-encoding": "gzip" } });
    await post(siem, eventOf("c"));
    expect(siem.ids).toEqual(["a", "b", "c", "c"]);
    expect(siem.counts()).toEqual({ requests: 3, stored: 3, repeated: 1, refused: 0 });
  });

  it("keeps the metadata of the request with each message, and drops fields that it does not know", async () => {
    const siem = await start({ fields: ["team"] });
    const headers = {
      "X-Sumo-Category": "a/b",
      "X-Sumo-Name": "n",
      "X-Sumo-Host": "h",
      "X-Sumo-Fields": "team=x=y,unknown=1,_siemForward=true",
    };
    await post(siem, "one", { headers });
    expect(siem.stored).toEqual([
      {
        text: "one",
        isSlice: false,
        category: "a/b",
        name: "n",
        host: "h",
        fields: { team: "x=y", _siemForward: "true" },
        time: undefined,
      },
    ]);
  });

  it.each([
    [`{"timestamp":1741824000123,"time":1}`, 1_741_824_000_123],
    [`{"at":"2026-01-15T08:00:00Z","timestamp":1741824000123}`, Date.UTC(2026, 0, 15, 8)],
    [`{"time":1741824000123}`, undefined],
    [`{"timestamp":17418240001234}`, undefined],
  ])("takes the leftmost time in the text: %s", async (line, time) => {
    const siem = await start();
    await post(siem, line);
    expect(siem.stored[0]?.time).toBe(time);
  });

  it.each([
    ["another code", {}, { path: "/receiver/v1/http/other" }, 401],
    ["another path", {}, { path: "/receiver" }, 404],
    ["an encoding that it does not know", {}, { headers: { "content-encoding": "br" } }, 415],
    ["a body over its limit", { maxBodyBytes: 3 }, {}, 413],
  ])("refuses %s", async (_, options, request, status) => {
    const siem = await start(options);
    expect((await post(siem, "long", request)).status).toBe(status);
    expect(siem.counts().stored).toBe(0);
  });

  it("takes nothing but POST", async () => {
    const siem = await start();
    expect((await fetch(`${siem.url}${PATH}`)).status).toBe(405);
  });
});

describe("what Sumo Logic does without a word", () => {
  it("slices a message of more than 64 KB, so that it is no event any more", async () => {
    const siem = await start();
    const whole = eventOf("a", { text: "x".repeat(65_000) });
    const long = eventOf("b", { text: "x".repeat(66_000) });
    expect((await post(siem, `${whole}\n${long}`)).status).toBe(200);
    expect(siem.ids).toEqual(["a"]);
    expect(siem.stored.map(({ isSlice, text }) => [isSlice, text.length])).toEqual([
      [false, whole.length],
      [true, 65_536],
      [true, long.length - 65_536],
    ]);
  });

  it("drops everything with 200 when an ingest budget is used up", async () => {
    const siem = await start({ budgetUsedUp: true });
    expect((await post(siem, "one\ntwo")).status).toBe(200);
    expect(siem.counts()).toMatchObject({ stored: 0, refused: 2 });
  });
});

describe("the simulator's own means", () => {
  it("makes the URL anew: the old one is refused, the new one only at first", async () => {
    const siem = await start();
    siem.regenerate("new", 2);
    const statuses: number[] = [(await post(siem, "a")).status];
    for (let sent = 0; sent < 3; sent += 1) {
      statuses.push((await post(siem, "a", { path: "/receiver/v1/http/new" })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 200]);
  });

  it("refuses the URL and each body with a poisoned event", async () => {
    const siem = await start();
    siem.refuseCredentials(true);
    const refused = await post(siem, eventOf("a"));
    expect([refused.status, JSON.parse(refused.text)]).toEqual([401, expect.objectContaining({ status: 401 })]);
    siem.refuseCredentials(false);
    siem.poison("b");
    expect((await post(siem, `${eventOf("a")}\n${eventOf("b")}`)).status).toBe(400);
    expect((await post(siem, eventOf("b"))).status).toBe(400);
    expect(siem.counts()).toMatchObject({ stored: 0, refused: 1 });
  });

  it("words its 429 as plain text", async () => {
    const siem = await start({ faults: "429" });
    expect(await post(siem, "a")).toEqual({
      status: 429,
      text: expect.stringMatching(/exceeded your Sumo Logic quota/),
    });
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
