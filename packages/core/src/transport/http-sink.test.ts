import { describe, expect, it } from "vitest";
import { jsonArray, ndjson } from "../connector/framing.ts";
import { classifyStatus } from "./classify-status.ts";
import type { HttpRequest } from "./http-client.ts";
import type { HttpReply } from "../connector/http-reply.ts";
import { httpSink } from "./http-sink.ts";

const replyOf = (status: number, text = ""): HttpReply => ({ status, headers: {}, text });

function sinkBefore(answer: HttpReply | Error, framing = ndjson) {
  const sent: HttpRequest[] = [];
  const sink = httpSink({
    http: {
      async send(request) {
        sent.push(request);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    encode: ({ json }) => json,
    request: () => ({ url: "https://acme.test/ingest" }),
    classify: (reply) => classifyStatus(reply, 0),
    framing,
  });
  return { sink, sent, check: async () => (await sink.check?.(AbortSignal.timeout(1000)))?.steps };
}

const page = replyOf(200, "<!doctype html><title>Sign in to the network</title>");
const batch = { records: [], body: Buffer.from("x"), contentType: "text/plain", attempt: 1 };

describe("an HTTP sink", () => {
  it("takes no web page for success", async () => {
    expect(await sinkBefore(page).sink.send(batch, AbortSignal.timeout(1000))).toMatchObject({ kind: "retry" });
    expect(await sinkBefore(replyOf(202)).sink.send(batch, AbortSignal.timeout(1000))).toEqual({ kind: "accepted" });
  });

  it.each([
    [ndjson, ""],
    [jsonArray, "[]"],
  ])("checks with a batch without events", async (framing, body) => {
    const { sent, check } = sinkBefore(replyOf(200), framing);
    expect(await check()).toMatchObject([{ status: "passed" }, { name: "intake", status: "passed" }]);
    expect(sent).toMatchObject([{ headers: { "content-type": framing.contentType } }]);
    expect(sent[0]?.body?.toString()).toBe(body);
  });

  it.each([
    ["a refused credential", replyOf(401), 1],
    ["a web page", page, 1],
    ["no answer", new Error("gone"), 0],
  ])("fails its check at %s, with a fix", async (_, answer, at) => {
    const steps = await sinkBefore(answer).check();
    expect(steps?.[at]).toMatchObject({ status: "failed", fix: expect.stringMatching(/./) });
  });

  it("has no check without its framing", () => {
    const options = { http: { send: async () => page }, encode: () => "", request: () => ({ url: "" }) };
    expect(httpSink({ ...options, classify: (reply) => classifyStatus(reply, 0) })).not.toHaveProperty("check");
  });
});
