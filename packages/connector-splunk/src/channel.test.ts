import type { HttpReply } from "@arbitex/core";
import { expect, it } from "vitest";
import { createChannel } from "./channel.ts";

type Headers = Readonly<Record<string, string>>;

function replyOf(status: number, cookie?: string): HttpReply {
  return { status, headers: { "set-cookie": cookie }, text: "" };
}

/** Requests that are answered when the test says so. */
function createServer() {
  const open: { headers: Headers; answer(reply: HttpReply): void; fail(error: Error): void }[] = [];
  return {
    open,
    send: (headers: Headers) => {
      return new Promise<HttpReply>((answer, fail) => {
        open.push({ headers, answer, fail });
      });
    },
  };
}

it("lets the first request go alone, so that the others carry its cookie", async () => {
  const channel = createChannel("c1");
  const { open, send } = createServer();
  const exchanges = [channel.exchange(send), channel.exchange(send), channel.exchange(send)];
  expect(open.map(({ headers }) => headers)).toEqual([{ "x-splunk-request-channel": "c1" }]);

  open[0]?.answer(replyOf(200, "node=idx-2; Path=/"));
  await exchanges[0];
  await new Promise(setImmediate);
  const stuck = { "x-splunk-request-channel": "c1", cookie: "node=idx-2" };
  expect(open.slice(1).map(({ headers }) => headers)).toEqual([stuck, stuck]);
});

it("lets the next one open the channel when the first one fails", async () => {
  const channel = createChannel("c1");
  const { open, send } = createServer();
  const [first, ...others] = [channel.exchange(send), channel.exchange(send), channel.exchange(send)];
  open[0]?.fail(new Error("reset"));
  await expect(first).rejects.toThrow("reset");
  await new Promise(setImmediate);
  expect(open).toHaveLength(2);

  open[1]?.answer(replyOf(503));
  await others[0];
  await new Promise(setImmediate);
  expect(open).toHaveLength(3);

  open[2]?.answer(replyOf(200));
  await others[1];
  void [channel.exchange(send), channel.exchange(send)];
  expect(open).toHaveLength(5);
});

it("remembers the highest id", () => {
  const channel = createChannel("c1");
  expect(channel.highestAckId()).toBe(-1);
  channel.noteAckId(3);
  channel.noteAckId(1);
  expect(channel.highestAckId()).toBe(3);
});
