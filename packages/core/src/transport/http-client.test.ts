import { setMaxListeners } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { answering, startRawServer } from "../../test/raw-server.ts";
import { takeBack } from "./body-memory.ts";
import { classifyFailure } from "./classify-failure.ts";
import type { EgressOptions } from "./egress.ts";
import { createEgress } from "./egress.ts";
import { httpClient } from "./http-client.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const never = new AbortController().signal;
// As a pipeline's is: every attempt listens to it.
setMaxListeners(0, never);

function client({ timeoutMs = 5000, ...options }: Partial<EgressOptions> & { readonly timeoutMs?: number } = {}) {
  const egress = createEgress({ environment: {}, ...options });
  onTestFinished(() => egress.close());
  return httpClient({ context: { egress }, timeoutMs });
}

/** As bodies are: memory of its own. */
function bodyOf(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(bytes).fill("x");
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}

describe("body memory", () => {
  it("is free once a connection has taken all of it and the answer is there", async () => {
    const { origin } = await startRawServer(answering(OK));
    const body = bodyOf(100);
    await client().send({ url: origin, body }, never);
    expect(takeBack(body)).toBe(true);
    // Once.
    expect(takeBack(body)).toBe(false);
  });

  it("is not free where nobody knows who refers to it", () => {
    expect(takeBack(bodyOf(100))).toBe(false);
  });

  it.each([
    ["answers well", "200 OK"],
    ["refuses", "413 Too Large"],
  ])("stays the connection's when the server %s before it has read, and the connection ends", async (_, status) => {
    const ended: Promise<void>[] = [];
    const { origin, connections } = await startRawServer((socket) => {
      socket.once("data", () => {
        socket.pause();
        socket.write(`HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\nno`);
      });
      ended.push(new Promise((resolve) => socket.once("close", () => resolve())));
    });
    const http = client();
    const body = bodyOf(16 * 1024 * 1024);
    const asked = http.send({ url: origin, body }, never);
    if (status.startsWith("200")) await expect(asked).rejects.toThrow("before it had the whole request");
    else await expect(asked).resolves.toMatchObject({ status: 413, text: "no" });
    expect(takeBack(body)).toBe(false);
    await http.send({ url: origin, body: bodyOf(10) }, never);
    expect(connections()).toBe(2);
  });

  it("stays the connection's when the attempt is given up", async () => {
    const { origin } = await startRawServer((socket) => void socket.pause());
    const body = bodyOf(16 * 1024 * 1024);
    const giveUp = new AbortController();
    const asked = client().send({ url: origin, body }, giveUp.signal);
    setTimeout(() => giveUp.abort(new Error("enough")), 50);
    await expect(asked).rejects.toThrow("enough");
    expect(takeBack(body)).toBe(false);
  });

  it("is not free before the connection is there, and free when none came about", async () => {
    const { port } = await startRawServer(() => undefined);
    const body = bodyOf(100);
    // TLS to a server that says nothing.
    const asked = client({ timeoutMs: 50 }).send({ url: `https://127.0.0.1:${port}`, body }, never);
    expect(takeBack(body)).toBe(false);
    await expect(asked).rejects.toThrow("no connection");
    expect(takeBack(body)).toBe(true);
  });

  it("stays the connection's through a second request with the same body", async () => {
    const { origin } = await startRawServer((socket, number) => {
      socket.once("data", () => {
        if (number === 1) socket.pause();
        socket.write(number === 1 ? "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n" : OK);
      });
    });
    const http = client();
    const body = bodyOf(16 * 1024 * 1024);
    const view = body.subarray(0, 100);
    await expect(http.send({ url: origin, body }, never)).resolves.toMatchObject({ status: 401 });
    await expect(http.send({ url: origin, body: view }, never)).resolves.toMatchObject({ status: 200 });
    expect(takeBack(body)).toBe(false);
  });
});

describe("a connection", () => {
  it("serves one request after another", async () => {
    const { origin, connections } = await startRawServer(answering((number) => OK.replace("ok", `o${number}`)));
    const http = client();
    for (const text of ["o1", "o2", "o3"])
      await expect(http.send({ url: origin }, never)).resolves.toMatchObject({ text });
    expect(connections()).toBe(1);
  });

  it("is one of many where many requests are under way, and nobody suspects a leak", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    const { origin, connections } = await startRawServer(answering(OK));
    const http = client();
    await Promise.all(Array.from({ length: 40 }, () => http.send({ url: origin, body: bodyOf(5) }, never)));
    await new Promise(setImmediate);
    expect(connections()).toBe(40);
    expect(warnings.filter(({ message }) => message.includes("listeners"))).toEqual([]);
  });

  it("is not used again once it is old", async () => {
    const { origin, connections } = await startRawServer(answering(OK));
    const http = client({ maxConnectionAgeMs: 0 });
    for (let round = 0; round < 3; round++) await http.send({ url: origin }, never);
    expect(connections()).toBe(3);
  });

  it("is not used again when the server speaks without being asked, or says goodbye", async () => {
    for (const parting of [OK, undefined]) {
      const { origin, connections } = await startRawServer((socket) => {
        socket.once("data", () => {
          socket.write(OK);
          setTimeout(() => (parting === undefined ? socket.end() : socket.write(parting)), 20);
        });
      });
      const http = client();
      await http.send({ url: origin }, never);
      await new Promise((resolve) => setTimeout(resolve, 60));
      await expect(http.send({ url: origin }, never)).resolves.toMatchObject({ status: 200 });
      expect(connections()).toBe(2);
    }
  });

  it("that never came about leaves no doubt whether the events arrived", async () => {
    const { port } = await startRawServer(() => undefined);
    for (const url of [`http://127.0.0.1:${port === 1 ? 2 : 1}`, "http://absent.invalid"]) {
      const failure = await failureOf(client().send({ url, body: bodyOf(1) }, never));
      expect(classifyFailure(failure)).not.toHaveProperty("ambiguous");
    }
  });

  it("that takes too long to come about ends, without doubt", async () => {
    // TLS to a server that says nothing.
    const { port } = await startRawServer(() => undefined);
    const http = client({ timeoutMs: 50 });
    const failure = await failureOf(http.send({ url: `https://127.0.0.1:${port}`, body: bodyOf(1) }, never));
    expect(classifyFailure(failure)).toEqual({
      kind: "retry",
      reason: `ETIMEDOUT: no connection to https://127.0.0.1:${port} within 0.1 s`,
    });
  });

  it("that breaks off after the request leaves doubt", async () => {
    const { origin } = await startRawServer((socket) => void socket.once("data", () => socket.destroy()));
    const failure = await failureOf(client().send({ url: origin, body: bodyOf(1) }, never));
    expect(classifyFailure(failure)).toMatchObject({ kind: "retry", ambiguous: true });
  });
});

describe("an answer", () => {
  it("has one deadline, however it drips", async () => {
    const { origin } = await startRawServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        const drip = setInterval(() => socket.write(" "), 10);
        socket.once("close", () => clearInterval(drip));
      });
    });
    const failure = await failureOf(client({ timeoutMs: 100 }).send({ url: origin, body: bodyOf(1) }, never));
    expect(classifyFailure(failure)).toEqual({
      kind: "retry",
      reason: "ETIMEDOUT: the server gave no whole answer in time",
      ambiguous: true,
    });
  });

  it("has the same deadline when it never begins, or only informs", async () => {
    for (const news of ["", "HTTP/1.1 102 Processing\r\n\r\n"]) {
      const { origin } = await startRawServer((socket) => void socket.once("data", () => socket.write(news)));
      await expect(client({ timeoutMs: 100 }).send({ url: origin }, never)).rejects.toThrow("no whole answer in time");
    }
  });

  it("is given up when the server does not take the request", async () => {
    const { origin } = await startRawServer((socket) => void socket.pause());
    const asked = client({ timeoutMs: 100 }).send({ url: origin, body: bodyOf(16 * 1024 * 1024) }, never);
    await expect(asked).rejects.toThrow("did not take the whole request in time");
  });

  it("is as long as a request may have it, and longer for each event", async () => {
    const { origin } = await startRawServer(
      answering(`HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n${"x".repeat(300_000)}`),
    );
    const http = client();
    await expect(http.send({ url: origin }, never)).rejects.toThrow("the reply is larger than 262144 bytes");
    await expect(http.send({ url: origin, events: 100 }, never)).resolves.toMatchObject({ status: 200 });
  });

  it("may begin with a 100 Continue that nobody asked for", async () => {
    const { origin, connections } = await startRawServer(answering(`HTTP/1.1 100 Continue\r\n\r\n${OK}`));
    const http = client();
    for (let round = 0; round < 2; round++)
      await expect(http.send({ url: origin, body: bodyOf(5) }, never)).resolves.toMatchObject({ text: "ok" });
    expect(connections()).toBe(1);
  });
});

describe("a request", () => {
  it("is refused before anything is sent when a header cannot be", async () => {
    const { origin, connections } = await startRawServer(answering(OK));
    for (const headers of [
      { "x-key": "a\r\nb: c" },
      { "bad name": "x" },
      { "content-length": "1" },
      { "x-key": "ключ" },
    ]) {
      const failure = await failureOf(client().send({ url: origin, headers }, never));
      expect(classifyFailure(failure)).toMatchObject({ reason: expect.stringContaining("header") });
      expect(classifyFailure(failure)).not.toHaveProperty("ambiguous");
    }
    expect(connections()).toBe(0);
  });

  it("keeps no listener on its signal", async () => {
    const { origin } = await startRawServer(answering(OK));
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
    const http = client();
    for (let round = 0; round < 2; round++) await http.send({ url: origin }, signal);
    expect(listeners).toBe(0);
  });
});
