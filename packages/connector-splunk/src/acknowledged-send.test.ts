import { EventEmitter, once } from "node:events";
import type { Batch, HttpReply } from "@arbitex/core";
import { concatenatedJson, silentLogger } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { describe, expect, it } from "vitest";
import type { AcknowledgedSendOptions } from "./acknowledged-send.ts";
import { createAcknowledgedSend } from "./acknowledged-send.ts";
import { classifyReply } from "./classify.ts";

const never = new AbortController().signal;

describe("a send that waits for acknowledgement", () => {
  it("ends when Splunk has indexed the batch", async () => {
    const { send, polls } = setUp({ posts: [accepted(0)], polls: [acks({ 0: false }), acks({ 0: true })] });
    expect(await send(batchOf(3), never)).toEqual({ kind: "accepted" });
    expect(polls).toEqual([[0], [0]]);
  });

  it("polls again when a poll is never answered", async () => {
    const { send, polls } = setUp({ posts: [accepted(0)], polls: ["never answers", acks({ 0: true })] });
    expect(await send(batchOf(3), never)).toEqual({ kind: "accepted" });
    expect(polls).toEqual([[0], [0]]);
  });

  it("does not wait for what was not taken", async () => {
    const { send, polls } = setUp({ posts: [replyOf(503, { text: "Server is busy", code: 9 })] });
    expect(await send(batchOf(3), never)).toMatchObject({ kind: "retry" });
    expect(polls).toEqual([]);
  });

  it("waits for the events before a bad one, then reports the bad one", async () => {
    const posts = [replyOf(400, { text: "Bad", code: 12, "invalid-event-number": 1, ackId: 0 })];
    const { send, polls } = setUp({ posts, polls: [acks({ 0: true })] });
    expect(await send(batchOf(3), never)).toMatchObject({
      kind: "partial",
      failures: [
        { index: 1, outcome: "rejected" },
        { index: 2, outcome: "unprocessed" },
      ],
    });
    expect(polls).toEqual([[0]]);
  });

  it("sends the events before a bad one again when they are not acknowledged", async () => {
    const posts = [replyOf(400, { text: "Bad", code: 12, "invalid-event-number": 1, ackId: 0 })];
    const { send } = setUp({ posts, polls: [], timeoutMs: 5 });
    expect(await send(batchOf(3), never)).toMatchObject({
      kind: "partial",
      failures: [
        { index: 0, outcome: "retry", reason: "not acknowledged within 0.005 s" },
        { index: 1, outcome: "rejected" },
        { index: 2, outcome: "unprocessed" },
      ],
    });
  });

  it("goes on with a new channel when a batch is not acknowledged in time", async () => {
    const { send, channels, warnings } = setUp({ posts: [accepted(0), accepted(0)], polls: [], timeoutMs: 5 });
    expect(await send(batchOf(3), never)).toMatchObject({ kind: "retry", ambiguous: true });
    await send(batchOf(3), never);
    expect(new Set(channels).size).toBe(2);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/did not acknowledge a batch in time/);
  });

  it("keeps its channel while all is well", async () => {
    const { send, channels } = setUp({
      posts: [accepted(0), accepted(1), accepted(2)],
      polls: [acks({ 0: true }), acks({ 1: true }), acks({ 2: true })],
    });
    for (const _ of [1, 2, 3]) await send(batchOf(1), never);
    expect(channels).toHaveLength(3);
    expect(new Set(channels).size).toBe(1);
  });

  it("trusts no acknowledgement of a channel whose ids start anew", async () => {
    const { send, channels } = setUp({
      posts: [accepted(0), accepted(1), accepted(0), accepted(0)],
      polls: [acks({ 0: true })],
      pollsAfterwards: acks({}),
    });
    await send(batchOf(1), never);
    const waiting = send(batchOf(1), never);
    const restarted = send(batchOf(1), never);
    expect(await waiting).toMatchObject({ kind: "retry", ambiguous: true });
    expect(await restarted).toMatchObject({ kind: "retry", ambiguous: true });
    const stop = new AbortController();
    const next = send(batchOf(1), stop.signal);
    stop.abort();
    await next;
    expect(channels[3]).not.toBe(channels[2]);
  });

  it("stops waiting with the signal, and says that the events may be in", async () => {
    const { send, polled } = setUp({ posts: [accepted(0)], polls: [], pollsAfterwards: acks({ 0: false }) });
    const stop = new AbortController();
    const waiting = send(batchOf(1), stop.signal);
    await polled;
    stop.abort();
    expect(await waiting).toMatchObject({
      kind: "retry",
      ambiguous: true,
      reason: "stopped before Splunk acknowledged",
    });
  });

  it("reports a failed connection as any other sink does", async () => {
    const { send } = setUp({ posts: [Object.assign(new Error("refused"), { code: "ECONNREFUSED" })] });
    expect(await send(batchOf(1), never)).toEqual({ kind: "retry", reason: "ECONNREFUSED: refused" });
  });
});

describe("a token without acknowledgement", () => {
  it("counts batches as delivered once they are accepted, and says so once", async () => {
    const success = replyOf(200, { text: "Success", code: 0 });
    const { send, warnings, polls } = setUp({ posts: [success, success] });
    expect(await send(batchOf(1), never)).toEqual({ kind: "accepted" });
    expect(await send(batchOf(1), never)).toEqual({ kind: "accepted" });
    expect(warnings).toEqual([expect.stringMatching(/no indexer acknowledgement/)]);
    expect(polls).toEqual([]);
  });

  it("shows when the ack address says so", async () => {
    const disabled = replyOf(400, { text: "ACK is disabled", code: 14 });
    const { send, warnings } = setUp({ posts: [accepted(0)], polls: [disabled] });
    expect(await send(batchOf(1), never)).toEqual({ kind: "accepted" });
    expect(warnings).toEqual([expect.stringMatching(/no indexer acknowledgement/)]);
  });
});

describe("polling", () => {
  it("goes on through failures and warns of them once", async () => {
    const { send, warnings } = setUp({
      posts: [accepted(0)],
      polls: [new Error("reset"), replyOf(503, "<html>busy</html>"), replyOf(200, { acks: [true] }), acks({ 0: true })],
    });
    expect(await send(batchOf(1), never)).toEqual({ kind: "accepted" });
    expect(warnings).toEqual([expect.stringMatching(/cannot be polled/)]);
  });

  it("believes only ids that it asked for", async () => {
    const { send, polls } = setUp({ posts: [accepted(3)], polls: [acks({ 7: true, 4: true }), acks({ 3: true })] });
    expect(await send(batchOf(1), never)).toEqual({ kind: "accepted" });
    expect(polls).toHaveLength(2);
  });
});

function batchOf(count: number): Batch {
  const events = createEventGenerator({ seed: 1 });
  const records = Array.from({ length: count }, () => createEventRecord(events.next()));
  return createTestBatch(concatenatedJson, { encode: ({ json }) => json }, records);
}

function replyOf(status: number, body: object | string): HttpReply {
  return { status, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) };
}

function accepted(ackId: number): HttpReply {
  return replyOf(200, { text: "Success", code: 0, ackId });
}

function acks(confirmed: Readonly<Record<number, boolean>>): HttpReply {
  return replyOf(200, { acks: confirmed });
}

interface Script {
  readonly posts: readonly (HttpReply | Error)[];
  readonly polls?: readonly (HttpReply | Error | "never answers")[];
  /** The answer to every poll after these. */
  readonly pollsAfterwards?: HttpReply;
  readonly timeoutMs?: number;
}

function setUp({ posts, polls = [], pollsAfterwards = acks({}), timeoutMs = 60_000 }: Script) {
  const [postsLeft, pollsLeft] = [[...posts], [...polls]];
  const channels: unknown[] = [];
  const polledIds: (readonly number[])[] = [];
  const warnings: string[] = [];
  const polling = new EventEmitter();
  const logger = { ...silentLogger, warn: (_: object, text: string) => warnings.push(text) };
  const options: AcknowledgedSendOptions = {
    context: createTestContext({ logger }),
    timing: { firstPollMs: 1, maxPollMs: 2, pollTimeoutMs: 50, timeoutMs },
    classify: (reply, batch) => classifyReply(reply, batch, 0),
    async post(_batch, headers) {
      channels.push(headers["x-splunk-request-channel"]);
      return answer(postsLeft.shift() ?? new Error("one post more than the test expects"));
    },
    async poll(ids, _headers, signal) {
      polledIds.push(ids);
      polling.emit("polled");
      const next = pollsLeft.shift() ?? pollsAfterwards;
      if (next !== "never answers") return answer(next);
      await once(signal, "abort");
      throw new Error("given up");
    },
  };
  const { send } = createAcknowledgedSend(options);
  return { send, channels, polls: polledIds, polled: once(polling, "polled"), warnings };
}

function answer(reply: HttpReply | Error): HttpReply {
  if (reply instanceof Error) throw reply;
  return reply;
}
