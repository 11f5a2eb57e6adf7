import type { HttpReply } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { checkHec } from "./check.ts";
import type { PresetName } from "./presets.ts";
import { presets } from "./presets.ts";
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

describe("a relative of Splunk", () => {
  it("is asked at its one address where no other is known, and for no index", async () => {
    const steps = await stepsWith({ event: replyOf(200, {}) }, false, "crowdstrike");
    expect(steps).toEqual([{ name: "credential", status: "passed", detail: "HTTP 200: {}" }]);
  });

  it("may refuse a request without an event in words of its own", async () => {
    const steps = await stepsWith({ event: replyOf(400, "no events") }, false, "logscale");
    expect(steps.at(-1)).toMatchObject({ name: "credential", status: "passed" });
  });

  it.each<[PresetName, HttpReply, RegExp]>([
    ["crowdstrike", replyOf(401, "unauthorized"), /data connection in the Falcon console/],
    ["sentinelone", replyOf(403, { text: "Invalid token", code: 4 }), /log write key/],
    ["axiom", replyOf(404, "not here"), /edge deployment/],
    ["logscale", page, /ingest token/],
  ])("%s gets a fix of its own for a refusal or a page", async (name, event, fix) => {
    expect((await stepsWith({ event }, false, name)).at(-1)).toMatchObject({
      name: "credential",
      status: "failed",
      fix: expect.stringMatching(fix),
    });
  });
});

function replyOf(status: number, body: object | string): HttpReply {
  return { status, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) };
}

type Answers = Partial<Record<"health" | "event" | "ack", HttpReply | Error>>;

async function stepsWith(
  { health = healthy, event = noData, ack: acks = noData }: Answers,
  ack = false,
  name: PresetName = "splunk",
) {
  const { settings } = presets[name];
  const endpoints = hecEndpoints({ ...settings, url: "https://splunk.example.com:8088", metadata: {} });
  const answers = new Map([
    [endpoints.health?.href, health],
    [endpoints.intake.href, event],
    [endpoints.ack?.href, acks],
  ]);
  const http = {
    async send({ url }: { readonly url: string | URL }) {
      const answer = answers.get(String(url));
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error(`no answer for ${String(url)}`);
      return answer;
    },
  };
  const manners = { ...presets[name], success: settings.success };
  const hec = { http, endpoints, headers: {}, index: settings.index, ack, manners, now: () => 0 };
  return (await checkHec(hec, new AbortController().signal)).steps;
}
