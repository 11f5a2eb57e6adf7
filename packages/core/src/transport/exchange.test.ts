import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { once } from "node:events";
import { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exchange } from "./exchange.ts";

let answer: RequestListener;
let server: Server;
let origin: string;
const agent = new Agent();

beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function ask(signal = new AbortController().signal, body: Buffer | null = null) {
  return exchange(agent, { origin, path: "/", method: "POST", body }, signal, {
    maxReplyBytes: 1_000_000,
    timeoutMs: 60_000,
  });
}

describe("an exchange", () => {
  it("gives the whole reply, in however many parts it comes", async () => {
    answer = (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        response.writeHead(418, { "X-Kind": "teapot" });
        response.write(Buffer.concat(parts).subarray(0, 2));
        setImmediate(() => response.end(Buffer.concat(parts).subarray(2)));
      });
    };
    const reply = await ask(undefined, Buffer.from("é and more"));
    expect(reply).toMatchObject({ status: 418, text: "é and more", headers: { "x-kind": "teapot" } });
  });

  it("gives an empty text for a reply without a body", async () => {
    answer = (_, response) => response.writeHead(204).end();
    expect(await ask()).toMatchObject({ status: 204, text: "" });
  });

  it("passes over what is said before the reply", async () => {
    answer = (_, response) => {
      response.writeProcessing();
      response.end("done");
    };
    expect(await ask()).toMatchObject({ status: 200, text: "done" });
  });

  it("fails when the reply breaks off", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
    };
    await expect(ask()).rejects.toThrow("other side closed");
  });

  it("fails when the reply is larger than it may be", async () => {
    answer = (_, response) => {
      response.on("error", () => undefined);
      for (let part = 0; part < 40; part++) response.write(Buffer.alloc(1024 * 1024));
      response.end();
    };
    await expect(ask()).rejects.toThrow("the reply is larger than 1000000 bytes");
  });

  it("ends when it is told to, before and after it has begun", async () => {
    const reason = new Error("enough");
    answer = () => undefined;
    const begun = new AbortController();
    const asked = ask(begun.signal);
    setTimeout(() => begun.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
    await expect(ask(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("lets go of the signal when it is over", async () => {
    answer = (_, response) => response.end();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await ask(signal);
    expect(listeners).toBe(0);
  });
});
