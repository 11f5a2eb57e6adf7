import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator, startSyslogSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import manifest from "../package.json" with { type: "json" };
import byDefault, { syslog } from "./index.ts";

const signal = new AbortController().signal;
const generator = createEventGenerator({ seed: 5 });
const records = Array.from({ length: 50 }, () => createEventRecord(generator.next()));

it("is the default export, and what the manifest says", () => {
  expect(byDefault).toBe(syslog);
  const { apiVersion, type, envPrefix } = syslog;
  // `setup` says where the kit has values of the configuration: the kits' own tests look at it.
  const { setup: _setup, ...stated } = manifest.arbitexConnector;
  expect(stated).toEqual({ apiVersion, type, envPrefix, entry: "./dist/index.js" });
});

it("promises no more than that the bytes left", () => {
  expect(syslog.guarantee).toBe("written");
});

describe.each([
  { format: "json", framing: "octet_counting", plain: false },
  { format: "json", framing: "lf", plain: true },
  { format: "cef", framing: "octet_counting", plain: true },
  { format: "leef", framing: "lf", plain: false },
] as const)("$format with $framing, without TLS: $plain", ({ format, framing, plain }) => {
  it("brings each event once, and the check sees the connection", async () => {
    const siem = await startSyslogSimulator({ type: "syslog", framing, plain });
    onTestFinished(() => siem.close());
    const sink = await opened({ ...siem.config, format });
    expect(await sink.send(createTestBatch(syslog, sink, records), signal)).toEqual({ kind: "accepted" });
    const report = await sink.check?.(signal);
    expect(report?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "resolve passed",
      "connect passed",
      plain ? "accepted passed" : "tls passed",
    ]);
    expect(siem.ids.toSorted()).toEqual(records.map(({ id }) => id).toSorted());
  });
});

describe("a receiver without TLS", () => {
  it("that is sent TLS suspends, and is told which setting to change", async () => {
    const port = await plainServer((socket) => socket.end("this is no TLS\n"));
    const sink = await opened({ host: "127.0.0.1", port });
    const verdict = await sink.send(createTestBatch(syslog, sink, records), signal);
    expect(verdict).toMatchObject({ kind: "suspend", fix: expect.stringContaining("transport") });
  });

  it("that hangs up at once suspends, and nothing counts as delivered", async () => {
    const port = await plainServer((socket) => socket.destroy());
    const sink = await opened({ host: "127.0.0.1", port, transport: "tcp" });
    const verdict = await sink.send(createTestBatch(syslog, sink, records), signal);
    expect(verdict).toMatchObject({ kind: "suspend", fix: expect.stringContaining("hangs up at once") });
    const report = await sink.check?.(signal);
    expect(report?.steps.at(-1)).toMatchObject({ name: "accepted", status: "failed", fix: expect.any(String) });
  });
});

async function opened(settings: object) {
  const context = createTestContext();
  const sink = await syslog.open(syslog.configSchema.parse(settings), context);
  onTestFinished(async () => {
    await sink.close?.();
    await context.egress.close();
  });
  return sink;
}

async function plainServer(take: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    take(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
