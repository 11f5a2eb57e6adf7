import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineConnector } from "../../connector/connector.ts";
import { ndjson } from "../../connector/framing.ts";
import { secret } from "../../connector/secret.ts";
import { classifyStatus } from "../../transport/classify-status.ts";
import { httpClient } from "../../transport/http-client.ts";
import { httpSink } from "../../transport/http-sink.ts";
import type { Destination } from "../config/destination.ts";
import type { Host } from "../host.ts";
import { createHost } from "../host.ts";

const TOKEN = "s3cret-token-0123456789";
const event = { class_uid: 6003, time: 1_741_824_000_123, severity_id: 1, metadata: { uid: "trial-1" } };

let server: Server;
let host: Host;
let url: string;
let bodies: string[];
/** What the SIEM answers. */
let answer: { status: number; body: string };

beforeEach(async () => {
  bodies = [];
  answer = { status: 200, body: `{"text":"Success","echo":"${TOKEN}"}` };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      bodies.push((request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString());
      response.writeHead(answer.status, { "x-echo": TOKEN, "set-cookie": "a=b" }).end(answer.body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  host = await createHost({ destinations: [], egress: { guard: "off" } });
});
afterEach(async () => {
  await host.stop({ deadlineMs: 0 });
  server.closeAllConnections();
  server.close();
});

const acme = defineConnector({
  type: "acme",
  displayName: "Acme",
  guarantee: "accepted",
  configSchema: z.strictObject({ url: z.string(), token: secret({ description: "Token." }) }),
  limits: { maxBatchBytes: 100_000, maxEventBytes: 1000 },
  framing: ndjson,
  open: (config, context) =>
    httpSink({
      http: httpClient({ context }),
      encode: (record) => record.json,
      request: () => ({ url: `${config.url}/in?k=${config.token.reveal()}`, headers: { "x-api-key": "fetched-abc" } }),
      classify: (reply) => classifyStatus(reply, context.now()),
      framing: ndjson,
    }),
});

const NOT_TEXT = Buffer.from([0x50, 0x41, 0x52, 0x31, 0xff, 0xfe, 0x00]);
const FETCHED = "9f8e7d6c5b4a32101f2e3d4c";

/** Sends the events as something that is no text. */
const otherForm = defineConnector({
  ...acme,
  open: (config, context) => {
    const http = httpClient({ context });
    return {
      encode: (record) => record.json,
      async send({ body }, signal) {
        const headers = { "x-session-token": FETCHED };
        const sent = { url: config.url, method: "PUT", headers, body: NOT_TEXT, batchBody: body } as const;
        return classifyStatus(await http.send(sent, signal), context.now());
      },
    };
  },
});

/** Asks for a token before it sends, and in its check. */
const withLogin = defineConnector({
  ...acme,
  open: (config, context) => {
    const http = httpClient({ context });
    const logIn = (signal: AbortSignal) => {
      const form = { grant_type: "client_credentials", client_secret: config.token.reveal(), subject_token: FETCHED };
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const body = Buffer.from(new URLSearchParams(form).toString());
      return http.send({ url: `${config.url}/login`, headers, body }, signal);
    };
    return {
      encode: (record) => record.json,
      send: async (_, signal) => classifyStatus(await logIn(signal), context.now()),
      async check(signal, onStep) {
        const reply = await logIn(signal);
        const name = "credential";
        if (reply.status >= 400) return { steps: [{ name, status: "failed", detail: `HTTP ${reply.status}` }] };
        const credential = { name, status: "passed", detail: "a token was issued" } as const;
        onStep?.(credential);
        await http.send({ url: `${config.url}/health?key=${FETCHED}`, method: "GET" }, signal);
        return { steps: [credential, { name: "health", status: "failed", detail: "not well" }] };
      },
    };
  },
});

function destination(delivery: Destination["delivery"] = {}): Destination {
  return { id: "soc", connector: acme, config: acme.configSchema.parse({ url, token: TOKEN }), delivery };
}

describe("sending one event to try a destination", () => {
  it.each(["gzip", "none"] as const)("shows the request and the answer as they were, with %s", async (compression) => {
    const trial = await host.sendTrial(destination({ compression }), event);
    expect(trial).toMatchObject({ verdict: "accepted", reason: undefined });
    expect(bodies).toEqual([`${JSON.stringify(event)}\n`]);
    const { request, answer: answered } = trial.exchange ?? {};
    expect(request).toMatchObject({ method: "POST", isCut: false });
    expect(request?.body.trim()).toBe(JSON.stringify(event));
    expect(answered).toMatchObject({ status: 200, body: '{"text":"Success","echo":"[secret]"}' });
  });

  it("shows no secret: not of the settings, and none that was fetched", async () => {
    const { exchange } = await host.sendTrial(destination(), event);
    expect(exchange?.request.url).toBe(`${url}/in?k=[secret]`);
    expect(exchange?.request.headers).toMatchObject({ "x-api-key": "[secret]" });
    expect(exchange?.answer?.headers).toMatchObject({ "x-echo": "[secret]", "set-cookie": "[secret]" });
    expect(JSON.stringify(exchange)).not.toContain(TOKEN);
  });

  it("says what the SIEM says against it", async () => {
    answer = { status: 401, body: `no such token: ${TOKEN}` };
    const trial = await host.sendTrial(destination(), event);
    expect(trial).toMatchObject({ verdict: "suspend", reason: expect.stringContaining("[secret]") });
    expect(trial.exchange?.answer).toMatchObject({ status: 401, body: "no such token: [secret]" });
  });

  it("says why no answer came", async () => {
    server.close();
    server.closeAllConnections();
    const trial = await host.sendTrial(destination(), event);
    expect(trial).toMatchObject({ verdict: "retry", exchange: { answer: undefined } });
    expect(trial.exchange?.failure).toMatch(/refused|closed|reset/i);
  });

  it("shows the request where the connector sends another form of the batch's body", async () => {
    const { exchange } = await host.sendTrial({ ...destination({ compression: "none" }), connector: otherForm }, event);
    expect(exchange?.request).toMatchObject({ method: "PUT", body: `base64: ${NOT_TEXT.toString("base64")}` });
    expect(exchange?.answer?.status).toBe(200);
  });

  it("shows the refused request for a credential, and of it no secret", async () => {
    answer = { status: 401, body: `{"error":"invalid_client","said":"${TOKEN} and ${FETCHED}"}` };
    const { verdict, exchange } = await host.sendTrial({ ...destination(), connector: withLogin }, event);
    expect(verdict).toBe("suspend");
    expect(exchange?.request.url).toBe(`${url}/login`);
    expect(exchange?.request.body).toContain("grant_type=client_credentials");
    expect(exchange?.answer).toMatchObject({
      status: 401,
      body: '{"error":"invalid_client","said":"[secret] and [secret]"}',
    });
    expect(JSON.stringify(exchange)).not.toMatch(new RegExp(`${TOKEN}|${FETCHED}`));
  });

  it("hides a fetched credential that an answer repeats", async () => {
    answer = { status: 403, body: `canonical request: x-session-token:${FETCHED}` };
    const { exchange } = await host.sendTrial({ ...destination(), connector: otherForm }, event);
    expect(exchange?.answer?.body).toBe("canonical request: x-session-token:[secret]");
  });

  it("says of an event that is too large that it was not sent", async () => {
    const trial = await host.sendTrial(destination(), { ...event, message: "x".repeat(2000) });
    expect(trial).toMatchObject({ verdict: undefined, exchange: undefined });
    expect(trial.reason).toContain("1000");
    expect(bodies).toEqual([]);
  });

  it("counts for no destination", async () => {
    await host.open(destination());
    await host.sendTrial(destination(), event);
    expect(host.statusOf("soc")).toMatchObject({ counts: { accepted: 0, delivered: 0 }, queued: 0 });
  });
});

describe("a check", () => {
  it("shows in the step that failed what was sent and answered last", async () => {
    answer = { status: 401, body: `no: ${FETCHED}` };
    const steps: unknown[] = [];
    const one = { ...destination(), connector: withLogin };
    const report = await host.checkDestination(one, (step) => void steps.push(step));
    expect(report.steps).toEqual(steps);
    const [connect, failed] = report.steps;
    expect(connect).toMatchObject({ name: "connect", status: "passed", detail: expect.stringContaining("127.0.0.1") });
    expect(failed?.exchange?.request).toMatchObject({ method: "POST", url: `${url}/login` });
    expect(failed?.exchange?.answer).toMatchObject({ status: 401, body: "no: [secret]" });
  });

  it("shows of an answer that is no error no text: it may hold a credential", async () => {
    answer = { status: 200, body: '{"access_token":"new-credential-123"}' };
    const report = await host.checkDestination({ ...destination(), connector: withLogin });
    const [, credential, health] = report.steps;
    expect(credential?.exchange).toBeUndefined();
    expect(health?.exchange?.request.url).toBe(`${url}/health?key=[secret]`);
    expect(health?.exchange?.answer).toMatchObject({ status: 200, body: "[secret]" });
  });
});

describe("the steps of a check over HTTP", () => {
  const passed = { status: "passed", detail: expect.any(String) };

  it("are those of the connection, and then the connector's", async () => {
    const config = acme.configSchema.parse({ url: url.replace("127.0.0.1", "localhost"), token: TOKEN });
    const { steps } = await host.checkDestination({ ...destination(), config });
    expect(steps).toEqual([
      { name: "resolve", ...passed },
      { name: "connect", ...passed },
      { name: "answer", ...passed },
      { name: "intake", ...passed },
    ]);
  });

  it("name the part of the connection that failed", async () => {
    const config = acme.configSchema.parse({ url: url.replace("http:", "https:"), token: TOKEN });
    const { steps } = await host.checkDestination({ ...destination(), config });
    expect(steps.map(({ name, status }) => [name, status])).toEqual([
      ["connect", "passed"],
      ["tls", "failed"],
    ]);
    expect(steps.at(-1)?.fix).toContain("speaks no TLS");
  });
});

describe("the last attempts of a destination", () => {
  it("are listed newest first, with the exchange of the last failure and of a success", async () => {
    await host.open(destination({ flushIntervalMs: 0, maxRetries: 0 }));
    await host.publish(event);
    await host.settled();
    answer = { status: 400, body: `bad: ${TOKEN}` };
    await host.publish({ ...event, metadata: { uid: "trial-2" } });
    await expect.poll(() => host.attemptsOf("soc").length).toBe(2);
    const [failed, accepted] = host.attemptsOf("soc");
    expect(accepted).toMatchObject({ verdict: "accepted", events: 1, attempt: 1, reason: undefined });
    expect(accepted?.exchange?.answer?.status).toBe(200);
    expect(failed?.verdict).not.toBe("accepted");
    expect(failed?.exchange?.answer).toMatchObject({ status: 400, body: "bad: [secret]" });
    expect(host.attemptsOf("other")).toEqual([]);
  });

  it("are twenty at most, and hold the beginning of what was said", async () => {
    answer = { status: 200, body: "y".repeat(5000) };
    await host.open(destination({ flushIntervalMs: 0, batchSize: 1, compression: "none" }));
    for (let count = 0; count < 25; count++) {
      await host.publish({ ...event, metadata: { uid: `trial-${count}` }, message: "x".repeat(700) });
      await host.settled();
    }
    const attempts = host.attemptsOf("soc");
    expect(attempts).toHaveLength(20);
    const shown = attempts.flatMap(({ exchange }) => exchange ?? []);
    // Of the last success that was kept whole; it stays among the twenty.
    expect(shown).toHaveLength(1);
    for (const { request, answer: answered } of shown) {
      expect(request).toMatchObject({ isCut: true });
      expect(answered).toMatchObject({ isCut: true });
      expect(Number(answered?.body.length)).toBe(512);
    }
  });
});
