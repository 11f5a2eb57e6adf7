import { once } from "node:events";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, onTestFinished } from "vitest";
import { startRawServer } from "../../../test/raw-server.ts";
import { createReplyMemories } from "../reply-memory.ts";
import type { ConnectionPoolOptions } from "./connection-pool.ts";
import { createConnectionPool } from "./connection-pool.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const exchange = {
  path: "/",
  method: "POST",
  headers: {},
  body: undefined,
  binaryReply: false,
  timeoutMs: 5000,
  maxReplyBytes: 1000,
} as const;
const never = new AbortController().signal;

function poolWith(dial: ConnectionPoolOptions["dial"]) {
  const replies = createReplyMemories()(null);
  const pool = createConnectionPool({ dial, stamp: () => "", replies, maxAgeMs: 60_000, random: () => 0 });
  onTestFinished(() => pool.close());
  return pool;
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

it("keeps nothing of a connection that has ended", async () => {
  let end: (() => void) | undefined;
  const { origin } = await startRawServer((socket) => {
    end = () => socket.end();
    socket.once("data", () => socket.write(OK));
  });
  const dialled: WeakRef<object>[] = [];
  const pool = poolWith(async (to) => {
    const socket = connect(Number(new URL(to).port), "127.0.0.1");
    await once(socket, "connect");
    dialled.push(new WeakRef(socket));
    return { socket, stamp: "" };
  });
  await pool.exchange({ origin, ...exchange }, never);
  end?.();
  await expect
    .poll(() => {
      collectGarbage();
      return dialled.map((socket) => socket.deref() === undefined);
    })
    .toEqual([true]);
});

it("gives up the connections being opened when it is closed", async () => {
  const pool = poolWith(
    (_to, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
  );
  const sending = pool.exchange({ origin: "http://127.0.0.1:9", ...exchange }, never);
  setImmediate(() => pool.close());
  await expect(sending).rejects.toThrow("the destination was closed");
});
