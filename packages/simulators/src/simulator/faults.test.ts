import { afterEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../events/random.ts";
import type { HecSimulator, HecSimulatorOptions } from "../hec/hec-simulator.ts";
import { startHecSimulator } from "../hec/hec-simulator.ts";
import { createFaultPlan } from "./fault-plan.ts";
import { parseFaults } from "./parse-faults.ts";

describe("a specification of faults", () => {
  it("names kinds, shares and settings", () => {
    expect(
      parseFaults("503:20%, 429:5%:retry-after=2,reset-after:5%,slow:250ms:1%,partial:1%:status=429:events=3"),
    ).toEqual([
      { kind: "status", status: 503, rate: 0.2 },
      { kind: "status", status: 429, rate: 0.05, headers: { "retry-after": "2" } },
      { kind: "reset-after", rate: 0.05 },
      { kind: "slow", ms: 250, rate: 0.01 },
      { kind: "partial", rate: 0.01, status: 429, events: 3 },
    ]);
  });

  it("strikes every request where no share is given", () => {
    expect(parseFaults("slow:30s")).toEqual([{ kind: "slow", ms: 30_000 }]);
  });

  it.each([
    [
      "reset:5%",
      'The fault specification "reset:5%" names an unknown fault "reset". Known are: a status such as 503, reset-before',
    ],
    ["99:5%", 'names an unknown fault "99"'],
    ["503:often", 'has "often", which is no share such as 20%'],
    ["html:retry-after=3", 'has "retry-after=3"'],
    ["503:120%", "has a share of 120%, which is more than all requests"],
    ["503:60%,429:60%", "adds up to 120%, which is more than all requests"],
    [" , ", "names no fault"],
  ])("is refused when it is %j", (spec, message) => {
    expect(() => parseFaults(spec)).toThrow(message);
  });
});

const draw = () => {
  const plan = createFaultPlan(createRandom(7));
  plan.set("503:20%,html:5%");
  return Array.from({ length: 4000 }, () => plan.next().kind);
};

describe("a plan of faults", () => {
  it("strikes the asked share of requests, the same ones for the same seed", () => {
    const kinds = draw();
    expect(kinds.filter((kind) => kind === "status").length / kinds.length).toBeCloseTo(0.2, 1);
    expect(kinds.filter((kind) => kind === "html").length / kinds.length).toBeCloseTo(0.05, 1);
    expect(draw()).toEqual(kinds);
  });

  it("plays its script first, one step a request, and counts what struck", () => {
    const plan = createFaultPlan(createRandom(1));
    plan.set("html");
    plan.script([{ kind: "pass" }, { kind: "status", status: 503 }]);
    expect([plan.next().kind, plan.next().kind, plan.next().kind]).toEqual(["pass", "status", "html"]);
    expect(plan.injected()).toEqual({ 503: 1, html: 1 });
    plan.clear();
    expect(plan.next().kind).toBe("pass");
  });
});

describe("a fault", () => {
  let hec: HecSimulator;
  const start = async (options: HecSimulatorOptions = {}) => {
    hec = await startHecSimulator({ token: "t", ...options });
  };
  const post = (signal?: AbortSignal) =>
    fetch(`${hec.url}/services/collector`, {
      method: "POST",
      headers: { authorization: "Splunk t" },
      body: '{"event":{"metadata":{"uid":"a"}}}{"event":{"metadata":{"uid":"b"}}}',
      ...(signal && { signal }),
    });

  afterEach(() => hec.close());

  it("answers a status with this SIEM's own words, or with those it is given", async () => {
    await start();
    hec.faults.script([
      { kind: "status", status: 503 },
      { kind: "status", status: 503, body: "later", headers: { "retry-after": "7" } },
    ]);
    expect(await (await post()).json()).toEqual({ text: "Server is busy", code: 9 });
    const second = await post();
    expect([await second.text(), second.headers.get("retry-after")]).toEqual(["later", "7"]);
    expect(hec.stored).toEqual([]);
  });

  it.each([
    ["reset-before", 0],
    ["reset-after", 2],
  ] as const)("of kind %s leaves %i events stored and no answer", async (kind, stored) => {
    await start();
    hec.faults.script([{ kind }]);
    await expect(post()).rejects.toThrow("fetch failed");
    expect(hec.stored).toHaveLength(stored);
    expect((await post()).status).toBe(200);
  });

  it("of kind truncated stores the events and breaks the answer off", async () => {
    await start();
    hec.faults.script([{ kind: "truncated" }]);
    const reply = await post();
    await expect(reply.text()).rejects.toThrow("terminated");
    expect(hec.stored).toHaveLength(2);
  });

  it.each([
    ["html", "<!doctype html>"],
    ["empty", ""],
  ] as const)("of kind %s answers 200 and stores nothing", async (kind, text) => {
    await start({ faults: [{ kind }] });
    const reply = await post();
    expect(reply.status).toBe(200);
    expect((await reply.text()).startsWith(text)).toBe(true);
    expect(hec.stored).toEqual([]);
  });

  it.each([
    [{ kind: "hang" }, 0],
    [{ kind: "slow", ms: 60_000 }, 2],
  ] as const)("of kind %j keeps the client waiting until it leaves", async (fault, stored) => {
    await start({ faults: [fault] });
    const client = new AbortController();
    const answer = post(client.signal);
    await vi.waitFor(() => expect(hec.counts()).toMatchObject({ requests: 1, stored }), { interval: 5 });
    client.abort();
    await expect(answer).rejects.toThrow("aborted");
  });

  it.each(["endless", "informed", "drip"] as const)("of kind %s stores nothing and never ends", async (kind) => {
    await start({ faults: [{ kind }] });
    const text = post(AbortSignal.timeout(200)).then((reply) => reply.text());
    await expect(text).rejects.toThrow("timeout");
    expect(hec.stored).toEqual([]);
  });

  it("of kind early refuses, and stores nothing", async () => {
    await start({ faults: "early" });
    expect((await post()).status).toBe(503);
    expect(hec.stored).toEqual([]);
  });

  it("of kind partial refuses one event and keeps those before it", async () => {
    await start();
    hec.faults.script([{ kind: "partial" }]);
    const reply = await post();
    expect([reply.status, await reply.json()]).toEqual([
      400,
      { text: "Invalid data format", code: 6, "invalid-event-number": hec.stored.length },
    ]);
  });

  it("strikes requests with events alone, and shows in the log", async () => {
    const seen: (string | undefined)[] = [];
    await start({ faults: "503", onRequest: ({ path, fault, status }) => seen.push(path, fault, String(status)) });
    await fetch(`${hec.url}/services/collector/health`);
    await post();
    expect(seen).toEqual(["/services/collector/health", undefined, "200", "/services/collector", "503", "503"]);
    expect(hec.requests.map(({ fault }) => fault)).toEqual([undefined, "503"]);
  });

  it("ends when the simulator is closed", async () => {
    await start({ faults: "hang" });
    const answer = post().catch((error: unknown) => String(error));
    await vi.waitFor(() => expect(hec.counts().requests).toBe(1), { interval: 5 });
    await hec.close();
    expect(await answer).toContain("fetch failed");
  });
});
