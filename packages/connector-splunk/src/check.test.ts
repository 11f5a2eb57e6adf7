import type { HttpReply } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { checkHec } from "./check.ts";
import { hecEndpoints } from "./url.ts";

const healthy = replyOf(200, { text: "HEC is healthy", code: 17 });
const noData = replyOf(400, { text: "No data", code: 5 });
const redirect = { status: 308, headers: { location: "https://new.example.com/services" }, text: "" };
const page = replyOf(200, "<!doctype html><title>Splunk</title>");

describe("the connect step", () => {
  it("explains a Splunk that is reachable and takes nothing", async () => {
    const full = replyOf(503, { text: "HEC is unhealthy, queues are full", code: 18 });
    expect(await stepsWith({ health: full })).toEqual([
      {
        name: "connect",
        status: "failed",
        detail: "503 HEC is unhealthy, queues are full (code 18)",
        fix: expect.stringMatching(/reachable/),
      },
    ]);
  });

  it("leaves the judgement to the next step where only the health address is missing", async () => {
    const steps = await stepsWith({ health: replyOf(404, "<html>not here</html>") });
    expect(steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "connect passed",
      "credential passed",
      "index skipped",
    ]);
  });

  it("names the fix for a failed TLS handshake", async () => {
    const selfSigned = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(await stepsWith({ health: selfSigned })).toMatchObject([
      { name: "connect", status: "failed", fix: expect.stringMatching(/tls_ca/) },
    ]);
  });
});

describe("the credential step", () => {
  it.each<[string, HttpReply, RegExp]>([
    ["a disabled token", replyOf(403, { text: "Token disabled", code: 1 }), /Enable the token/],
    ["a lost header", replyOf(401, { text: "Token is required", code: 2 }), /Authorization header/],
    ["a rewritten header", replyOf(401, { text: "Invalid authorization", code: 3 }), /Authorization header/],
    ["a wrong token", replyOf(403, { text: "Invalid token", code: 4 }), /Set token/],
    ["a missing channel", replyOf(400, { text: "Data channel is missing", code: 10 }), /set ack to true/],
    ["Splunk's web interface", page, /8088/],
    ["a proxy that refuses everything", replyOf(400, "<html>The SSL certificate error</html>"), /has expired/],
    ["another service", replyOf(400, { code: 5, message: "not found" }), /8088/],
    ["a redirect", redirect, /leads to https:\/\/new\.example\.com:/],
  ])("names the fix for %s", async (_, event, fix) => {
    expect((await stepsWith({ event })).at(-1)).toMatchObject({
      name: "credential",
      status: "failed",
      fix: expect.stringMatching(fix),
    });
  });

  it("has no fix for a server that is ill", async () => {
    const steps = await stepsWith({ event: replyOf(502, "<html>bad gateway</html>") });
    expect(steps.at(-1)).toEqual({ name: "credential", status: "failed", detail: expect.stringMatching(/HTTP 502/) });
  });

  it("is content with a HEC look-alike that takes an empty request", async () => {
    const steps = await stepsWith({ event: replyOf(200, { text: "Success", code: 0 }) });
    expect(steps[1]).toMatchObject({ name: "credential", status: "passed" });
  });
});

describe("the acknowledgement step", () => {
  it.each<[string, HttpReply, string]>([
    ["passes", replyOf(200, { acks: { "0": false } }), "passed"],
    ["is skipped for a token without acknowledgement", replyOf(400, { text: "ACK is disabled", code: 14 }), "skipped"],
    ["fails on anything else", page, "failed"],
  ])("%s", async (_, ack, status) => {
    expect((await stepsWith({ ack }, true))[2]).toMatchObject({ name: "acknowledgement", status });
  });
});

function replyOf(status: number, body: object | string): HttpReply {
  return { status, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) };
}

type Answers = Partial<Record<"health" | "event" | "ack", HttpReply | Error>>;

async function stepsWith({ health = healthy, event = noData, ack: acks = noData }: Answers, ack = false) {
  const endpoints = hecEndpoints("https://splunk.example.com:8088");
  const answers = new Map([
    [endpoints.health.href, health],
    [endpoints.event.href, event],
    [endpoints.ack.href, acks],
  ]);
  const http = {
    async send({ url }: { readonly url: string | URL }) {
      const answer = answers.get(String(url));
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error(`no answer for ${String(url)}`);
      return answer;
    },
  };
  const hec = { http, endpoints, headers: {}, index: "arbitex", ack, now: () => 0 };
  return (await checkHec(hec, new AbortController().signal)).steps;
}
