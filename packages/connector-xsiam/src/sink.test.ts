import type { Socket } from "node:net";
import { createServer } from "node:http";
import type { ConnectorContext, EventRecord, SendResult, Sink } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import type { XsiamSimulator, XsiamSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startXsiamSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext, hostileTexts } from "@arbitex/testkit";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { cortexXsiam } from "./index.ts";

const never = new AbortController().signal;
const redirected = {
  faults: [{ kind: "status", status: 301, headers: { location: "https://new.example.com/x" } }],
} as const;

describe("sending to Cortex XSIAM", () => {
  it.each(["gzip", "none"] as const)(
    "stores every event as a record of its own, compression %s",
    async (compression) => {
      const { sink, siem } = await setUp({ compression });
      const records = recordsOf(5);
      expect(await send(sink, records, compression)).toEqual({ kind: "accepted" });
      expect(siem.stored.map(({ event }) => event)).toEqual(records.map((record) => record.event()));
      expect(siem.stored[0]?.dataset).toBe("arbitex_gateway_raw");
      expect(siem.requests[0]?.headers).toMatchObject({
        authorization: siem.config["api_key"],
        "content-type": "application/json",
      });
    },
  );

  it("sends the key's id where it is set, and no such header otherwise", async () => {
    const { sink, siem } = await setUp({ apiKeyId: "12" });
    expect(await send(sink, recordsOf(1))).toEqual({ kind: "accepted" });
    expect(siem.requests[0]?.headers["x-xdr-auth-id"]).toBe("12");
    const { sink: plain, siem: other } = await setUp();
    await send(plain, recordsOf(1));
    expect(other.requests[0]?.headers).not.toHaveProperty("x-xdr-auth-id");
  });

  it.each<[string, XsiamSimulatorOptions, object, SendResult["kind"]]>([
    ["a wrong key", {}, { api_key: "wrong" }, "suspend"],
    ["a tenant that wants the key's id", { apiKeyId: "12" }, { api_key_id: "13" }, "suspend"],
    ["another path", {}, (url: string) => ({ url: `${url}/elsewhere` }), "suspend"],
    ["a body over the limit", { maxBodyBytes: 1000 }, {}, "too-large"],
    ["more requests than a second may have", { requestsPerSecond: 0 }, {}, "retry"],
    ["a page instead of an answer", { faults: "html" }, {}, "retry"],
    ["an answer that breaks off", { faults: "truncated" }, {}, "retry"],
    ["an empty answer", { faults: "empty" }, {}, "retry"],
    ["a reset", { faults: "reset-after" }, {}, "retry"],
    ["an outage", { faults: "503" }, {}, "retry"],
    ["a refused body", { faults: "partial" }, {}, "rejected"],
  ])("meets %s", async (_, options, config, kind) => {
    const { sink } = await setUp(options, config);
    expect((await send(sink, recordsOf(3))).kind).toBe(kind);
  });
});

describe("the lines of a body", () => {
  it("are the events, one each, whatever is in them", async () => {
    const { sink } = await setUp();
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...Object.values(hostileTexts)));
    const [template] = recordsOf(1);
    fc.assert(
      fc.property(fc.array(fc.dictionary(text, text), { minLength: 1, maxLength: 5 }), (unmapped) => {
        const records = unmapped.map((more) => recordWith(template, JSON.stringify({ ...template?.event(), more })));
        const body = createTestBatch(cortexXsiam, sink, records).body.toString();
        expect(body.endsWith("\n")).toBe(true);
        expect(body.split("\n").slice(0, -1)).toEqual(records.map(({ json }) => json));
      }),
      { numRuns: 30 },
    );
  });
});

describe("a collector that is set differently", () => {
  it("is tried a few times, then held with the explanation, until it passes", async () => {
    const { sink, siem } = await setUp({ compression: "none" }, { compression: "gzip" });
    const kinds: SendResult["kind"][] = [];
    for (let sent = 0; sent < 4; sent++) kinds.push((await send(sink, recordsOf(2))).kind);
    expect(kinds).toEqual(["retry", "retry", "suspend", "suspend"]);
    expect(siem.counts().stored).toBe(0);
  });

  it("is not suspected for the page of a proxy that fails", async () => {
    const { sink, siem } = await setUp();
    siem.faults.set([{ kind: "status", status: 500, body: "<html>sorry</html>" }]);
    const kinds: SendResult["kind"][] = [];
    for (let sent = 0; sent < 4; sent++) kinds.push((await send(sink, recordsOf(2))).kind);
    expect(kinds).toEqual(["retry", "retry", "retry", "retry"]);
  });

  it("is sent nothing where the delivery compresses otherwise, and the check says so", async () => {
    const { sink, siem } = await setUp();
    const fix = expect.stringMatching(/out of delivery/);
    expect(await send(sink, recordsOf(1), "none")).toMatchObject({ kind: "suspend", fix });
    expect(siem.counts().requests).toBe(0);
    expect(await sink.check?.(never)).toMatchObject({ steps: [{ name: "compression", status: "failed", fix }] });
  });

  it("chooses the delivery's compression by the collector's", () => {
    const { defaults } = cortexXsiam;
    const config = { url: "https://api-a.xdr.us.paloaltonetworks.com", api_key: "k" };
    const chosen = ["gzip", "none"].map((compression) => {
      const parsed = cortexXsiam.configSchema.parse({ ...config, compression });
      return typeof defaults === "function" ? defaults(parsed) : defaults;
    });
    expect(chosen).toEqual([{ compression: "gzip" }, { compression: "none" }]);
  });
});

it("opens a fresh connection after the server has dropped an idle one", async () => {
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    const isReused = sockets.includes(request.socket);
    if (isReused) return request.socket.resetAndDestroy();
    sockets.push(request.socket);
    request.resume().on("end", () => response.end(`{"error":"false"}`));
    return undefined;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { sink } = await setUp({}, { url: `http://127.0.0.1:${port}` });
  const reset = await firstThatIsNoSuccess(sink);
  expect(reset).toMatchObject({ kind: "retry", ambiguous: true, reason: expect.stringMatching(/ECONNRESET/) });
  const opened = sockets.length;
  expect(await send(sink, recordsOf(1))).toEqual({ kind: "accepted" });
  expect(sockets.length).toBe(opened + 1);
});

/** When a connection is used again is the client's choice. */
async function firstThatIsNoSuccess(sink: Sink): Promise<SendResult> {
  for (let sent = 0; sent < 10; sent++) {
    const result = await send(sink, recordsOf(1));
    if (result.kind !== "accepted") return result;
  }
  throw new Error("no connection was used again");
}

describe("checking a destination", () => {
  it.each(["gzip", "none"] as const)("proves the key without writing a record, compression %s", async (compression) => {
    const { sink, siem } = await setUp({ compression });
    const report = await sink.check?.(never);
    expect(report?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "connect passed",
      "credential passed",
      "storage skipped",
    ]);
    expect(siem.counts()).toMatchObject({ requests: 1, stored: 0 });
  });

  it.each<[string, XsiamSimulatorOptions, object, string, RegExp]>([
    ["a wrong key", {}, { api_key: "wrong" }, "failed", /collector's key/],
    ["another path", {}, (url: string) => ({ url: `${url}/elsewhere` }), "failed", /Copy url/],
    ["a proxy's page", { faults: "html" }, {}, "failed", /before it/],
    ["too many requests", { faults: "429" }, {}, "failed", /takes nothing now/],
    ["an outage", { faults: "503" }, {}, "failed", /takes nothing now/],
    ["a redirect", redirected, {}, "failed", /leads to https:\/\/new\.example\.com:/],
    ["another compression", { compression: "none" }, { compression: "gzip" }, "skipped", /Compression to gzip/],
  ])("names the fix for %s", async (_, options, config, status, fix) => {
    const { sink } = await setUp(options, config);
    const report = await sink.check?.(never);
    expect(report?.steps[1]).toMatchObject({ name: "credential", status, fix: expect.stringMatching(fix) });
  });

  it("does not pass where others refuse everything", async () => {
    const { sink } = await setUp({ faults: "400" });
    const report = await sink.check?.(never);
    expect(report?.steps[1]).toMatchObject({ name: "credential", status: "failed" });
  });

  it("ends at a server that is not there", async () => {
    const { sink, siem } = await setUp();
    await siem.close();
    const report = await sink.check?.(never);
    expect(report?.steps).toMatchObject([
      {
        name: "connect",
        status: "failed",
        detail: expect.stringMatching(/REFUSED/),
        fix: expect.stringMatching(/firewall/),
      },
    ]);
  });
});

function recordsOf(count: number): EventRecord[] {
  const events = createEventGenerator({ seed: 1 });
  return Array.from({ length: count }, () => createEventRecord(events.next()));
}

/** A record whose text never passed the intake. */
function recordWith(template: EventRecord | undefined, json: string): EventRecord {
  if (template === undefined) throw new Error("no template");
  return Object.create(template, { json: { value: json } }) as EventRecord;
}

function send(sink: Sink, records: readonly EventRecord[], compression: "gzip" | "none" = "gzip"): Promise<SendResult> {
  return sink.send(createTestBatch(cortexXsiam, sink, records, { compression }), never);
}

interface SetUp {
  readonly sink: Sink;
  readonly siem: XsiamSimulator;
  readonly context: ConnectorContext;
}

async function setUp(
  options: XsiamSimulatorOptions = {},
  change: object | ((url: string) => object) = {},
): Promise<SetUp> {
  const siem = await startXsiamSimulator(options);
  const context = createTestContext();
  const changes = typeof change === "function" ? change(siem.url) : change;
  const sink = await cortexXsiam.open(cortexXsiam.configSchema.parse({ ...siem.config, ...changes }), context);
  onTestFinished(async () => {
    await sink.close?.();
    await context.egress.close();
    await siem.close();
  });
  return { sink, siem, context };
}
