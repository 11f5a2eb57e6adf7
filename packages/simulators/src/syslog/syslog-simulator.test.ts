import { once } from "node:events";
import type { TLSSocket } from "node:tls";
import { connect } from "node:tls";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { testCertificates } from "../simulator/test-certificates.ts";
import type { Fault } from "../simulator/fault.ts";
import { findSimulator } from "../simulators.ts";
import type { SyslogSimulator, SyslogSimulatorOptions } from "./syslog-simulator.ts";
import { startSyslogSimulator } from "./syslog-simulator.ts";

const CEF = "<134>1 2026-01-15T10:00:00.123Z gw arbitex - - - CEF:0|A|B|1|6003:1|n|1|";
const LEEF = "<134>1 2026-01-15T10:00:00.123Z gw arbitex - - - LEEF:2.0|A|B|1|6003:1|^|";

describe("the syslog simulator", () => {
  it("keeps messages, and finds the events' ids in both formats", async () => {
    const { siem, socket } = await connected();
    socket.write(`${CEF}rt=1 externalId=id-1 cat=x\n${CEF}ArbitexEventUid=a\\=b\\nc\n`);
    socket.write(`${LEEF}devTime=1^eventUid=id-3^sev=1\n${CEF}\n`);
    await vi.waitFor(() => expect(siem.ids).toEqual(["id-1", "a=b\nc", "id-3"]));
    expect(siem.stored.map(({ connection }) => connection)).toEqual([1, 1, 1, 1]);
    expect(siem.counts()).toMatchObject({ stored: 4, repeated: 0 });
    siem.reset();
    expect(siem.counts()).toEqual({ requests: 0, stored: 0, repeated: 0, refused: 0 });
  });

  it("counts what comes again, and keeps it again", async () => {
    const { siem, socket } = await connected();
    socket.write(`${CEF}externalId=id-1\n${CEF}externalId=id-1\n`);
    await vi.waitFor(() => expect(siem.ids).toEqual(["id-1", "id-1"]));
    expect(siem.counts()).toMatchObject({ stored: 1, repeated: 1 });
  });

  it.each<[Fault, number]>([
    [{ kind: "reset-before" }, 0],
    [{ kind: "status", status: 503 }, 0],
    [{ kind: "reset-after" }, 2],
    [{ kind: "half-closed" }, 2],
    [{ kind: "truncated" }, 1],
  ])("ends the connection for %j", async (fault, stored) => {
    const { siem, socket } = await connected();
    siem.faults.script([fault]);
    socket.write(`${CEF}externalId=1\n${CEF}externalId=2\n`);
    await closed(socket);
    expect(siem.stored).toHaveLength(stored);
    expect(siem.requests).toMatchObject([{ method: "TLS", fault: expect.any(String) }]);
  });

  it("reads slowly, or not at all", async () => {
    const { siem, socket } = await connected();
    siem.faults.script([{ kind: "slow", ms: 50 }, { kind: "hang" }]);
    socket.write("one\n");
    await vi.waitFor(() => expect(siem.stored).toHaveLength(1));
    socket.write("two\n");
    await vi.waitFor(() => expect(siem.faults.injected()).toEqual({ slow: 1, hang: 1 }));
    expect(siem.stored).toHaveLength(1);
  });

  it("hangs up on a message that is too long", async () => {
    const { siem, socket } = await connected({ maxMessageBytes: 1000 });
    socket.write(`short\n${"x".repeat(2000)}`);
    await closed(socket);
    expect(siem.stored.map(({ text }) => text)).toEqual(["short"]);
  });

  it("hangs up when it is told to", async () => {
    for (const how of ["end", "reset"] as const) {
      const { siem, socket } = await connected();
      siem.hangUp(how);
      await closed(socket);
    }
  });

  it("demands a client certificate where it is told to, and says so in its settings", async () => {
    const { ca, server, client } = testCertificates;
    const siem = await started({ tls: { ...server, trust: ca, clientCa: ca } });
    expect(siem.config).toMatchObject({ tls_ca: ca, tls_cert: client.cert, tls_key: client.key });
    const stranger = open(siem);
    await closed(stranger);
    expect(siem.connections()).toBe(0);
  });

  it("refuses every client without a word when it is told to", async () => {
    const { siem, socket } = await connected();
    siem.refuseCredentials?.(true);
    const second = open(siem);
    await closed(second);
    expect(socket.destroyed).toBe(false);
  });

  it("is found by the names of its protocol and formats", () => {
    expect(["qradar", "syslog", "CEF", "leef"].map((name) => findSimulator(name)?.defaultPort)).toEqual([
      6514, 6514, 6514, 6514,
    ]);
  });
});

async function started(options: SyslogSimulatorOptions = {}): Promise<SyslogSimulator> {
  const siem = await startSyslogSimulator(options);
  onTestFinished(() => siem.close());
  return siem;
}

function open({ url }: SyslogSimulator): TLSSocket {
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port), ca: testCertificates.ca });
  socket.on("error", () => {});
  socket.resume();
  onTestFinished(() => void socket.destroy());
  return socket;
}

async function connected(options: SyslogSimulatorOptions = {}) {
  const siem = await started(options);
  const socket = open(siem);
  await once(socket, "secureConnect");
  await vi.waitFor(() => expect(siem.connections()).toBe(1));
  return { siem, socket };
}

async function closed(socket: TLSSocket): Promise<void> {
  await vi.waitFor(() => expect(socket.destroyed).toBe(true));
}
