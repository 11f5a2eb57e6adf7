import type { OcsfEvent } from "@arbitex/core";
import { createEventGenerator } from "@arbitex/simulators";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Authority, KeyPair } from "../certificates.ts";
import { createAuthority } from "../certificates.ts";
import type { SyslogReceiver } from "./syslog/receiver-process.ts";
import { startRsyslog } from "./syslog/rsyslog.ts";
import { startSyslogNg } from "./syslog/syslog-ng.ts";
import { deliverByFile, deliverByHttp } from "./through-server.ts";
import { until } from "./until.ts";

const EVENTS = 5000;
let authority: Authority;
let client: KeyPair;

beforeAll(async () => {
  authority = await createAuthority("Peers CA");
  client = await authority.issue({ name: "arbitex-gateway", usage: "client" });
});

describe.each([
  { peer: "rsyslog", transport: "tls", framing: "octet_counting", way: "HTTP" },
  { peer: "rsyslog", transport: "tcp", framing: "lf", way: "run --input" },
  { peer: "syslog-ng", transport: "tls", framing: "octet_counting", way: "run --input" },
  { peer: "syslog-ng", transport: "tcp", framing: "lf", way: "HTTP" },
] as const)("$peer over $transport with $framing, by $way,", ({ peer, transport, framing, way }) => {
  it("has each event of the real server once, as the JSON that went in", async () => {
    const receiver = await started(peer, framing, transport === "tcp");
    const deliver = way === "HTTP" ? deliverByHttp : deliverByFile;
    const events = eventsFor(EVENTS);
    const account = await deliver(events, { type: "syslog", config: configFor(receiver, { transport, framing }) });
    expect(account).toMatchObject({ accepted: EVENTS, delivered: EVENTS, dead_lettered: 0, queued: 0 });
    await until(async () => (await receiver.lines()).length >= EVENTS, { what: "all lines", limitMs: 30_000 });
    const received = (await receiver.lines()).map((line) => JSON.parse(line.slice(line.indexOf("{"))) as OcsfEvent);
    expect(received).toHaveLength(EVENTS);
    expect(byUid(received)).toEqual(byUid(events));
  });
});

it.each(["cef", "leef"] as const)("rsyslog takes %s over plain TCP, one line for each event", async (format) => {
  const receiver = await started("rsyslog", "octet_counting", true);
  const config = configFor(receiver, { transport: "tcp", framing: "octet_counting", format });
  const account = await deliverByFile(eventsFor(1000), { type: "syslog", config });
  expect(account).toMatchObject({ delivered: 1000 });
  await until(async () => (await receiver.lines()).length >= 1000, { what: "all lines", limitMs: 30_000 });
  const start = format === "cef" ? "CEF:0|" : "LEEF:2.0|";
  expect((await receiver.lines()).filter((line) => line.includes(` arbitex - - - ${start}`))).toHaveLength(1000);
});

async function started(peer: "rsyslog" | "syslog-ng", framing: "lf" | "octet_counting", plain: boolean) {
  const starting =
    peer === "rsyslog" ? startRsyslog({ authority, plain }) : startSyslogNg({ authority, framing, plain });
  const receiver = await starting;
  onTestFinished(() => receiver.remove());
  return receiver;
}

function configFor({ port }: SyslogReceiver, settings: Readonly<Record<string, string>>): object {
  const { cert, key } = client;
  const tls = settings["transport"] === "tls" && { tls_ca: authority.cert, tls_cert: cert, tls_key: key };
  return { host: "127.0.0.1", port, source_host: "gateway-1", max_message_bytes: 32_000, ...tls, ...settings };
}

function eventsFor(count: number): readonly OcsfEvent[] {
  const generator = createEventGenerator({ seed: 21 });
  return Array.from({ length: count }, () => generator.next());
}

function byUid(events: readonly OcsfEvent[]): ReadonlyMap<unknown, OcsfEvent> {
  const found = new Map(events.map((event) => [(event["metadata"] as { uid: string }).uid, event]));
  expect(found.size).toBe(events.length);
  return found;
}
