import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConnector, ndjson, Secret } from "@arbitex/core";
import type { Destination, Host } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { metricsOf } from "../http/metrics.ts";
import { watchAnswers } from "../../test/described-answers.ts";
import type { HttpServer } from "./server.ts";
import type { ServerOptions } from "./server-options.ts";
import { createServer } from "./server.ts";

let folder: string;
let host: Host;
let server: HttpServer;
let assertDescribed: () => void;
let sent: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "server-"));
  await start();
});
afterEach(async () => {
  await server.close();
  await host.stop({ deadlineMs: 0 });
  assertDescribed();
  await rm(folder, { recursive: true });
});

async function start(
  options: Partial<ServerOptions> = {},
  delivery: NonNullable<Destination["delivery"]> = { flushIntervalMs: 0 },
): Promise<void> {
  sent = [];
  const destinations = [{ id: 'a"b', connector: collector, config: {}, delivery }];
  const intakeLimits = { maxEventBytes: 1000, maxDepth: 16 };
  host = await createHost({ destinations, deadLetterPath: folder, intakeLimits });
  server = createServer({ host, intakeLimits, maxBodyBytes: 100_000, ...options });
  assertDescribed = watchAnswers(server.app);
}

async function restart(...given: Parameters<typeof start>): Promise<void> {
  await server.close();
  await host.stop({ deadlineMs: 0 });
  assertDescribed();
  await start(...given);
}

const collector = defineConnector({
  type: "collector",
  displayName: "Collector",
  guarantee: "accepted",
  configSchema: z.strictObject({}),
  limits: { maxBatchBytes: 100_000 },
  framing: ndjson,
  open: () => ({
    encode: (record) => record.json,
    async send(batch) {
      sent.push(...batch.records.map(({ json }) => json));
      return { kind: "accepted" };
    },
  }),
});

const event = (uid: string) => `{"class_uid":6003,"time":1741824000123,"severity_id":1,"metadata":{"uid":"${uid}"}}`;

function post(payload: string | Buffer, headers: Record<string, string> = { "content-type": "application/x-ndjson" }) {
  return server.app.inject({ method: "POST", url: "/v1/events", headers, payload });
}

/** A part of the host, for another host to have. */
function publishers(): Pick<Host, "publishBytes" | "publishAuditRecordBytes"> {
  return {
    publishBytes: (texts, options) => host.publishBytes(texts, options),
    publishAuditRecordBytes: (texts, options) => host.publishAuditRecordBytes(texts, options),
  };
}

function reports() {
  return {
    status: () => host.status(),
    waitingDeadLetters: () => host.waitingDeadLetters(),
    queueTrouble: () => host.queueTrouble(),
    checkpointsOf: (id: string, limit?: number) => host.checkpointsOf(id, limit),
  };
}

const asJson = { "content-type": "application/json" };

describe("POST /v1/events", () => {
  it("answers 202 once the valid lines are safe, and names the others by position", async () => {
    const reply = await post(`${event("a")}\n\nnot json\n{"time":1}\n${event("b")}\n`);
    expect(reply.statusCode).toBe(202);
    expect(reply.json()).toEqual({
      accepted: 2,
      rejected: [
        { index: 1, errors: [{ code: "json_invalid", path: "", message: expect.stringContaining("JSON") }] },
        {
          index: 2,
          errors: expect.arrayContaining([
            { code: "attribute_required_missing", path: "class_uid", message: expect.any(String) },
          ]),
        },
      ],
    });
    await host.settled();
    expect(sent).toEqual([event("a"), event("b")]);
  });

  it.each([
    ["one object", event("a")],
    ["an array", `[ ${event("a")} ]`],
    ["an object over several lines", event("a").replaceAll(",", ",\n")],
  ])("takes %s as application/json", async (_name, body) => {
    const reply = await post(body, asJson);
    expect([reply.statusCode, reply.json()]).toEqual([202, { accepted: 1, rejected: [] }]);
  });

  it("passes numbers on as they were written", async () => {
    const precise =
      '{"class_uid":6003,"time":1741824000123,"severity_id":1,"metadata":{"uid":"x"},"unmapped":{"n":39.0}}';
    await post(`[${precise}]`, asJson);
    await host.settled();
    expect(sent).toEqual([precise]);
  });

  it("unpacks gzip", async () => {
    const reply = await post(gzipSync(`${event("a")}\n`), { ...asNdjson, "content-encoding": "gzip" });
    expect(reply.json()).toEqual({ accepted: 1, rejected: [] });
  });

  it("answers 400 with the reasons when nothing was valid", async () => {
    const reply = await post("x\n");
    expect(reply.statusCode).toBe(400);
    expect(reply.headers["content-type"]).toBe("application/problem+json");
    expect(reply.json()).toMatchObject({
      status: 400,
      code: "events_invalid",
      accepted: 0,
      rejected: [{ index: 0, errors: [{ code: "json_invalid" }] }],
    });
  });

  it.each([
    ["no body", "", {}],
    ["an empty body", "", asJson],
    ["blank lines", " \n\n", { "content-type": "application/ndjson" }],
    ["an empty array", "[]", asJson],
  ])("answers 400 to %s", async (_name, body, headers) => {
    const reply = await post(body, headers);
    expect([reply.statusCode, reply.json().code]).toEqual([400, "empty_body"]);
  });

  it("keeps what it accepted before the place at which an array is broken, and says where to go on", async () => {
    const reply = await post(`[${event("a")},${event("b")},,`, asJson);
    expect(reply.json()).toMatchObject({ status: 400, code: "body_unreadable", accepted: 2, resume_at: 2 });
    const one = await post(`${event("a")} x`, asJson);
    expect(one.json()).toMatchObject({ status: 400, code: "body_unreadable", accepted: 0, resume_at: 0 });
  });

  it.each([
    ["zeros in an array", `[${"0,".repeat(150_000)}0]`, asJson],
    ["lines of zeros", "0\n".repeat(150_000), asNdjson],
  ])("reads no further than a hundred thousand refused %s", async (_name, body, headers) => {
    await restart({ maxBodyBytes: 1_000_000 });
    const reply = await post(gzipSync(body), { ...headers, "content-encoding": "gzip" });
    expect([reply.statusCode, reply.json().code, reply.json().accepted]).toEqual([400, "events_invalid", 0]);
    expect(reply.json().rejected).toHaveLength(1000);
    expect(reply.json().resume_at).toBeGreaterThanOrEqual(100_000);
    expect(reply.json().resume_at).toBeLessThan(150_000);
  });

  it("goes on with other work while it reads an array of five million tiny values", async () => {
    await restart({ maxBodyBytes: 64 * 1024 * 1024 });
    const body = gzipSync(Buffer.concat([Buffer.from("["), Buffer.alloc(10_000_000, "0,"), Buffer.from("0]")]));
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 100);
    const reply = await post(body, { ...asJson, "content-encoding": "gzip" });
    clearInterval(timer);
    expect(reply.statusCode).toBe(400);
    expect(longest).toBeLessThan(2000);
  });

  it.each([
    [undefined],
    ["text/plain"],
    ["application/x-www-form-urlencoded"],
    ["multipart/form-data; boundary=x"],
    ["application/json; charset=latin1"],
    ["not a type"],
  ])("answers 415 to the content type %s", async (type) => {
    const reply = await post("{}", type === undefined ? {} : { "content-type": type });
    expect([reply.statusCode, reply.headers["content-type"]]).toEqual([415, "application/problem+json"]);
  });

  it("answers 415 to an encoding other than gzip", async () => {
    const reply = await post("{}", { ...asJson, "content-encoding": "br" });
    expect([reply.statusCode, reply.json().code]).toEqual([415, "unsupported_encoding"]);
  });

  it("keeps what it accepted before the body passed the limit, and says where to go on", async () => {
    const reply = await post(gzipSync(`${event("a")}\n`.repeat(2000)), { ...asNdjson, "content-encoding": "gzip" });
    expect([reply.statusCode, reply.json().code]).toEqual([413, "body_too_large"]);
    const { accepted, resume_at } = reply.json();
    expect(accepted).toBeGreaterThan(0);
    expect(resume_at).toBe(accepted);
    expect(host.status().accepted).toBe(accepted);
  });

  it("stops unpacking a gzip bomb at the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const reply = await post(bomb, { ...asNdjson, "content-encoding": "gzip" });
    expect([reply.statusCode, reply.json().code]).toEqual([413, "body_too_large"]);
  });

  it("answers 413 to a body of one event that is too large, and refuses only that one among others", async () => {
    const large = event("x".repeat(1000));
    expect((await post(large)).statusCode).toBe(413);
    expect((await post(large, asJson)).json()).toMatchObject({ status: 413, code: "event_too_large" });
    expect((await post(`${large}\n${event("b")}`)).json()).toMatchObject({ accepted: 1, rejected: [{ index: 0 }] });
  });

  it("keeps the lines before the end of truncated gzip", async () => {
    const lines = Array.from({ length: 500 }, () => event(crypto.randomUUID())).join("\n");
    const packed = gzipSync(lines);
    const reply = await post(packed.subarray(0, packed.length - 100), { ...asNdjson, "content-encoding": "gzip" });
    expect([reply.statusCode, reply.json().code]).toEqual([400, "body_cut_off"]);
    expect(reply.json().accepted).toBe(host.status().accepted);
    expect(reply.json().accepted).toBeGreaterThan(300);
  });

  it("answers 400 to what is no gzip at all", async () => {
    const reply = await post("{}", { ...asNdjson, "content-encoding": "gzip" });
    expect([reply.statusCode, reply.json().code]).toEqual([400, "body_unreadable"]);
  });

  it("refuses NUL, lone surrogates, deep nesting and invalid UTF-8 with their own codes", async () => {
    const bad = [
      event("\\u0000"),
      event("\\ud800"),
      event("a").replace("}}", `},"unmapped":${"[".repeat(20)}${"]".repeat(20)}}`),
      event("a\u0000"),
    ];
    const body = Buffer.concat([Buffer.from(`${bad.join("\n")}\n"`), Buffer.from([0xff]), Buffer.from('"\n')]);
    const { rejected } = (await post(body)).json();
    expect(rejected.map(({ errors }: { errors: { code: string }[] }) => errors[0]?.code)).toEqual([
      "text_invalid",
      "text_invalid",
      "event_too_deep",
      "json_invalid",
      "text_invalid",
    ]);
  });

  it("lists no more than a thousand refused events, and counts the others", async () => {
    const { rejected, rejected_not_listed } = (await post("x\n".repeat(1200))).json();
    expect([rejected.length, rejected_not_listed]).toEqual([1000, 200]);
  });

  it("answers 429 with Retry-After when a queue that rejects is full", async () => {
    await restart({}, { flushIntervalMs: 60_000, overflow: "reject", maxQueuedEvents: 2 });
    expect((await post(event("a"))).statusCode).toBe(202);
    const reply = await post(`${event("b")}\n${event("c")}\n`);
    expect([reply.statusCode, reply.headers["retry-after"]]).toEqual([429, "5"]);
    expect(reply.json()).toMatchObject({ code: "queue_full", accepted: 0, resume_at: 0 });
    expect((await post(event("d"))).statusCode).toBe(202);
    expect((await server.app.inject("/readyz")).statusCode).toBe(503);
  });

  it("answers 503 with Retry-After while the queue cannot be written, and says where to go on", async () => {
    let calls = 0;
    const publishBytes: Host["publishBytes"] = (texts, options) => {
      if (++calls === 1) return host.publishBytes(texts, options);
      return Promise.reject(Object.assign(new Error("the disk is full."), { code: "SIEM_QUEUE_WRITE" }));
    };
    await restart({ host: { ...reports(), publishBytes, publishAuditRecordBytes: publishBytes } });
    const events = Array.from({ length: 501 }, (_, at) => event(`e${at}`));
    const reply = await post(`[${events.join(",")}]`, asJson);
    expect([reply.statusCode, reply.headers["retry-after"]]).toEqual([503, "5"]);
    expect(reply.json()).toMatchObject({ code: "unavailable", accepted: 500, resume_at: 500 });
    expect(reply.json().detail).toBe(
      "the disk is full. Of this body 500 were accepted before that and 0 refused: " +
        "send the rest again, from the one at position 500 on (resume_at).",
    );
  });

  it.each([
    ["SIEM_QUEUE_WRITE", 503, "unavailable"],
    ["SIEM_QUEUE_LOCKED", 503, "unavailable"],
    ["SIEM_DEAD_LETTER_WRITE", 503, "unavailable"],
    ["SIEM_HOST_STOPPED", 503, "stopping"],
    ["SIEM_QUEUE_FULL", 429, "queue_full"],
    [undefined, 500, "internal"],
  ])("says of a body that ended with %s what was taken of it, and what was not", async (code, status, problem) => {
    const failures: Error[] = [];
    let taking = true;
    const publishBytes: Host["publishBytes"] = async (texts, options) => {
      if (!taking) throw Object.assign(new Error("no."), { code });
      taking = false;
      return host.publishBytes(texts, options);
    };
    const onFailure = (error: Error) => failures.push(error);
    await restart({ host: { ...reports(), publishBytes, publishAuditRecordBytes: publishBytes }, onFailure });
    // A line that the host never sees stands among those of the first call, another among those of the second.
    const large = event("x".repeat(1100));
    const lines = Array.from({ length: 503 }, (_, at) => (at === 3 || at === 502 ? large : event(`e${at}`)));
    const reply = await post(lines.join("\n"));
    expect(reply.statusCode).toBe(status);
    const answer = reply.json();
    expect(answer).toMatchObject({ code: problem, accepted: 499, rejected: [{ index: 3 }], resume_at: 500 });
    expect(answer.accepted + answer.rejected.length).toBe(answer.resume_at);
    expect(answer.detail).toMatch(/Of this body 499 were accepted before that and 1 refused/);
    const none = (await post(event("a"))).json();
    expect(none).toMatchObject({ accepted: 0, resume_at: 0 });
    expect(none.detail).toMatch(/No event of this body was accepted\.$/);
    expect(failures).toHaveLength(code === undefined ? 2 : 0);
  });

  it("is not ready while the queue cannot be written, and says why", async () => {
    let trouble: string | undefined = "events cannot be written to the queue in /queue: no space left on device";
    await restart({
      host: { ...reports(), ...publishers(), queueTrouble: async () => trouble, checkpointsOf: async () => undefined },
    });
    const notReady = await server.app.inject("/readyz");
    expect([notReady.statusCode, notReady.json()]).toEqual([503, { status: "not ready", reason: trouble }]);
    trouble = undefined;
    expect((await server.app.inject("/readyz")).json()).toEqual({ status: "ready" });
  });

  it("answers 503 while stopping", async () => {
    server.stopIntake();
    const reply = await post(event("a"));
    expect([reply.statusCode, reply.json().code]).toEqual([503, "stopping"]);
    expect((await server.app.inject("/readyz")).json()).toEqual({ status: "not ready", reason: "stopping" });
    expect((await server.app.inject("/healthz")).statusCode).toBe(200);
  });
});

describe("bearer token", () => {
  it("is wanted under /v1 and nowhere else, once it is set", async () => {
    await restart({ ingestToken: new Secret("s3cret") });
    const without = await post(event("a"));
    expect([without.statusCode, without.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect((await post(event("a"), { ...asNdjson, authorization: "Bearer wrong" })).statusCode).toBe(401);
    expect((await post(event("a"), { ...asNdjson, authorization: "bearer s3cret" })).statusCode).toBe(202);
    expect((await server.app.inject("/v1/destinations")).statusCode).toBe(401);
    expect((await server.app.inject("/metrics")).statusCode).toBe(200);
  });
});

it("names organisations in metrics only when it is told to", () => {
  const [destination] = host.status().destinations;
  const status = {
    ...host.status(),
    destinations: destination === undefined ? [] : [{ ...destination, orgId: "acme" }],
  };
  const label = 'siem_events_queued{destination="a\\"b",org="acme"} 0\n';
  expect(metricsOf(status, { unreadable: new Map(), orgLabel: true, waiting: new Map() })).toContain(label);
  expect(metricsOf(status, { unreadable: new Map(), orgLabel: false, waiting: new Map() })).not.toContain("acme");
});

it("shows what waits for a destination that is disabled", async () => {
  await restart({}, { flushIntervalMs: 60_000 });
  await post(event("a"));
  await host.remove('a"b', { leftover: "keep" });
  const { destinations, kept } = (await server.app.inject("/v1/destinations")).json();
  expect([destinations, kept]).toMatchObject([[], [{ id: 'a"b', queue: { events: 1 } }]]);
  expect((await server.app.inject("/metrics")).body).toContain('siem_events_queued{destination="a\\"b"} 1\n');
});

describe("GET /v1/destinations and /metrics", () => {
  it("report every event in exactly one place", async () => {
    await post(`${event("a")}\n${event("b")}\nx\n"${"y".repeat(2000)}"`);
    await host.settled();
    const { destinations } = (await server.app.inject("/v1/destinations")).json();
    expect(destinations).toMatchObject([
      {
        id: 'a"b',
        type: "collector",
        org_id: null,
        guarantee: "accepted",
        health: "healthy",
        counts: { accepted: 2, delivered: 2, filtered: 0 },
        queue: { events: 0 },
      },
    ]);
    const metrics = await server.app.inject("/metrics");
    expect(metrics.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(metrics.body).toContain('siem_events_accepted_total{destination="a\\"b"} 2\n');
    expect(metrics.body).toContain('siem_events_unreadable_total{destination="a\\"b"} 0\n');
    expect(metrics.body).toContain('siem_destination_health{destination="a\\"b",state="healthy"} 1\n');
    expect(metrics.body).toContain('siem_send_seconds_bucket{destination="a\\"b",le="+Inf"} ');
    expect(metrics.body).toContain('siem_ingest_rejected_total{reason="json_invalid"} 1\n');
    expect(metrics.body).toContain('siem_ingest_rejected_total{reason="event_too_large"} 1\n');
  });
});

it("answers 404 with a problem document that names the right address", async () => {
  const reply = await server.app.inject("/v1/event");
  expect([reply.statusCode, reply.json().code]).toEqual([404, "not_found"]);
});

const asNdjson = { "content-type": "application/x-ndjson" };
