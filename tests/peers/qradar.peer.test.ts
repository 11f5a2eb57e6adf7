import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Authority, KeyPair } from "../certificates.ts";
import { createAuthority } from "../certificates.ts";
import { configFor, eventsFor, hostFor, linesOf, sinkFor } from "./syslog/qradar-driver.ts";
import type { SyslogReceiver } from "./syslog/receiver-process.ts";
import type { RsyslogOptions } from "./syslog/rsyslog.ts";
import { startRsyslog } from "./syslog/rsyslog.ts";
import { startSyslogNg } from "./syslog/syslog-ng.ts";
import { until } from "./until.ts";

const EVENTS = 20_000;
let authority: Authority;
let client: KeyPair;

beforeAll(async () => {
  authority = await createAuthority("Peers CA");
  client = await authority.issue({ name: "arbitex-gateway", usage: "client" });
});

describe.each([
  { format: "cef", framing: "lf", header: "rfc5424" },
  { format: "leef", framing: "lf", header: "rfc3164" },
  { format: "cef", framing: "octet_counting", header: "rfc3164" },
  { format: "leef", framing: "octet_counting", header: "rfc5424" },
] as const)("rsyslog, sent $format with $framing and $header,", (settings) => {
  it(`has ${EVENTS} events byte for byte in its file`, async () => {
    const rsyslog = await running();
    const config = configFor(rsyslog, authority, client, settings);
    const { host, publish } = await hostFor(config);
    const events = eventsFor(EVENTS);
    await publish(events);
    await host.settled();
    expect(host.status().destinations).toMatchObject([{ health: "healthy", queued: 0, guarantee: "written" }]);
    await until(async () => (await rsyslog.lines()).length >= EVENTS, { what: `${EVENTS} lines`, limitMs: 30_000 });
    const expected = await linesOf(events, config);
    expect((await rsyslog.lines()).toSorted()).toEqual(expected.toSorted());
  });
});

describe.each(["lf", "octet_counting"] as const)("syslog-ng, sent %s,", (framing) => {
  it.each(["cef", "leef"] as const)("finds host, application and message of %s in RFC 5424", async (format) => {
    const syslogNg = await startSyslogNg({ authority, framing });
    onTestFinished(() => syslogNg.remove());
    const config = configFor(syslogNg, authority, client, { format, framing });
    const { host, publish } = await hostFor(config);
    const events = eventsFor(2000);
    await publish(events);
    await host.settled();
    await until(async () => (await syslogNg.lines()).length >= 2000, { what: "2000 lines", limitMs: 30_000 });
    const header = /^<\d+>1 \S+ (\S+) (\S+) - - - /;
    const expected = (await linesOf(events, config)).map((line) => line.replace(header, "$1 $2 "));
    expect((await syslogNg.lines()).toSorted()).toEqual(expected.toSorted());
  });
});

describe("rsyslog with another idea of who may send", () => {
  it.each(["without a certificate", "with one of another authority"])(
    "refuses a client %s, and the destination says so and keeps its events",
    async (how) => {
      const rsyslog = await running();
      const stranger = await createAuthority("Another CA");
      const wrong = how.startsWith("with one") ? await stranger.issue({ name: "x", usage: "client" }) : undefined;
      await expectRefused(rsyslog, wrong);
    },
  );

  it("refuses a client with another name, and the destination says so and keeps its events", async () => {
    const rsyslog = await running({ permittedPeer: "another-gateway" });
    await expectRefused(rsyslog, client);
  });
});

describe("rsyslog that ends in the middle", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)(
    "by %s loses nothing: what it may not have read comes again",
    async (signal) => {
      const rsyslog = await running();
      const config = configFor(rsyslog, authority, client);
      const { host, publish, deadLetters } = await hostFor(config, 20);
      const events = eventsFor(EVENTS);
      await publish(events.slice(0, EVENTS / 2));
      await until(async () => (await rsyslog.lines()).length > 2000, { what: "the first lines", limitMs: 10_000 });
      await rsyslog.kill(signal);
      const rest = publish(events.slice(EVENTS / 2));
      await rsyslog.start();
      await rest;
      await host.settled();
      expect(await deadLetters()).toEqual([]);
      await expectAll(rsyslog, await linesOf(events, config), { mayBeTorn: signal === "SIGKILL" });
    },
  );

  it("loses nothing of what lay in the dead socket's buffers and counted as delivered", async () => {
    const rsyslog = await running();
    const config = configFor(rsyslog, authority, client);
    const { host, publish } = await hostFor(config, 20);
    const events = eventsFor(1000);
    await publish(events.slice(0, 100));
    await until(async () => (await rsyslog.lines()).length === 100, { what: "the first lines", limitMs: 10_000 });
    rsyslog.freeze();
    await publish(events.slice(100, 900));
    await host.settled();
    expect(host.status().destinations).toMatchObject([{ counts: { delivered: 900 }, queued: 0 }]);
    await rsyslog.kill("SIGKILL");
    await rsyslog.start();
    expect(await rsyslog.lines()).toHaveLength(100);
    await publish(events.slice(900));
    await host.settled();
    await expectAll(rsyslog, await linesOf(events, config));
  });

  it("gets at the end of the host what it had not read when it went", async () => {
    const rsyslog = await running();
    const config = configFor(rsyslog, authority, client);
    const { host, publish } = await hostFor(config, 20);
    const events = eventsFor(200);
    await publish(events.slice(0, 100));
    await host.settled();
    rsyslog.freeze();
    await publish(events.slice(100));
    await host.settled();
    await rsyslog.kill("SIGKILL");
    await rsyslog.start();
    await host.stop();
    await expectAll(rsyslog, await linesOf(events, config));
  });
});

/**
 * Every line is there, once or more often, and no other. A killed rsyslog leaves part of a line, which its successor
 * continues with the next one.
 */
async function expectAll(
  rsyslog: SyslogReceiver,
  expected: readonly string[],
  { mayBeTorn = false }: { readonly mayBeTorn?: boolean } = {},
): Promise<void> {
  const lines = async () => {
    const whole = await rsyslog.lines();
    return mayBeTorn ? whole.flatMap((line) => line.split(/(?=<\d+>1 \S+ gateway-1 arbitex )/)) : whole;
  };
  const missing = async () => {
    const found = new Set(await lines());
    return expected.filter((line) => !found.has(line));
  };
  await until(async () => (await missing()).length === 0, { what: "every event", limitMs: 20_000 });
  const known = new Set(expected);
  const unknown = (await lines()).filter((line) => !known.has(line));
  const torn = mayBeTorn ? unknown.filter((line) => expected.some((other) => other.startsWith(line))) : [];
  expect(torn.length).toBeLessThanOrEqual(1);
  expect(unknown.filter((line) => !torn.includes(line))).toEqual([]);
}

async function running(options: Partial<RsyslogOptions> = {}): Promise<SyslogReceiver> {
  const rsyslog = await startRsyslog({ authority, ...options });
  onTestFinished(() => rsyslog.remove());
  return rsyslog;
}

async function expectRefused(rsyslog: SyslogReceiver, wrong: KeyPair | undefined): Promise<void> {
  const config = configFor(rsyslog, authority, wrong);
  const { host, publish } = await hostFor(config);
  await publish(eventsFor(100));
  await host.settled();
  const [status] = host.status().destinations;
  expect(status).toMatchObject({ health: "failed", queued: 100, fix: expect.stringMatching(/client certificate/) });
  const sink = await sinkFor(config);
  const report = await sink.check?.(AbortSignal.timeout(10_000));
  expect(report?.steps.at(-1)).toMatchObject({ name: "tls", status: "failed", fix: expect.any(String) });
  expect(await rsyslog.lines()).toEqual([]);
}
