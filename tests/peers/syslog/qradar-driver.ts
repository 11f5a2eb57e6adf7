import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { QRadarConfig } from "@arbitex/connector-qradar";
import { qradar } from "@arbitex/connector-qradar";
import type { OcsfEvent, Sink } from "@arbitex/core";
import { encodedText, silentLogger } from "@arbitex/core";
import type { Host } from "@arbitex/core/host";
import { createEgress, createEventRecord, createHost, systemClock } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { hostileEvents } from "@arbitex/testkit";
import { onTestFinished } from "vitest";
import type { Authority, KeyPair } from "../../certificates.ts";

export interface Receiver {
  readonly port: number;
}

/** A configuration for this receiver, with a client certificate where one is given. */
export function configFor({ port }: Receiver, authority: Authority, client: KeyPair | undefined, more: object = {}) {
  return qradar.configSchema.parse({
    host: "127.0.0.1",
    port,
    source_host: "gateway-1",
    tls_ca: authority.cert,
    ...(client && { tls_cert: client.cert, tls_key: client.key }),
    ...more,
  });
}

/** A sink as the host would open it. */
export async function sinkFor(config: QRadarConfig): Promise<Sink> {
  const egress = createEgress({ environment: {} });
  onTestFinished(() => egress.close());
  return await qradar.open(config, {
    destinationId: "peer",
    orgId: null,
    logger: silentLogger,
    now: Date.now,
    random: Math.random,
    egress,
    hostname: "gateway-1",
  });
}

/** The lines that a receiver must have of these events: what the connector writes, without what tells messages apart. */
export async function linesOf(events: readonly OcsfEvent[], config: QRadarConfig): Promise<string[]> {
  const sink = await sinkFor({ ...config, framing: "lf" });
  return events.map((event) => encodedText(sink.encode(createEventRecord(event))).slice(0, -1));
}

export interface OpenHost {
  readonly host: Host;
  /** Publishes all of them, in steps. */
  readonly publish: (events: readonly OcsfEvent[]) => Promise<void>;
  /** Names of the files of dead letters. */
  readonly deadLetters: () => Promise<readonly string[]>;
}

/** A host with this one destination. Its waits are short, as its clock runs fast: retries of one second would make tests slow. */
export async function hostFor(config: QRadarConfig, speed = 1): Promise<OpenHost> {
  const deadLetterPath = await mkdtemp(join(tmpdir(), "qradar-"));
  const start = Date.now();
  const host = await createHost({
    deadLetterPath,
    clock: {
      ...systemClock,
      now: () => start + (Date.now() - start) * speed,
      after: (ms, action) => systemClock.after(ms / speed, action),
    },
    destinations: [{ id: "qradar", connector: qradar, config, delivery: { maxRetries: 20, maxBackoffMs: 10_000 } }],
  });
  onTestFinished(async () => {
    await host.stop({ deadlineMs: 0 });
    await rm(deadLetterPath, { recursive: true, force: true });
  });
  return {
    host,
    async publish(events) {
      const step = 1000;
      for (let at = 0; at < events.length; at += step) {
        const { rejected } = await host.publish(events.slice(at, at + step), { waitForCapacity: true });
        if (rejected.length > 0) throw new Error(`the host refused ${rejected.length} events`);
      }
    },
    deadLetters: () => readdir(deadLetterPath),
  };
}

/** So many different events, the hostile ones that the host takes among them. */
export function eventsFor(count: number, seed = 11): readonly OcsfEvent[] {
  const generator = createEventGenerator({ seed });
  const hostile = hostileEvents.map(({ event }) => event).filter(isTaken);
  return [...hostile, ...Array.from({ length: count - hostile.length }, () => generator.next())];
}

function isTaken(event: OcsfEvent): boolean {
  try {
    createEventRecord(event);
    return true;
  } catch {
    return false;
  }
}
