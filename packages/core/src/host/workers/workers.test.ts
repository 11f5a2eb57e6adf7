import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { threadId } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sent } from "../../../test/acme-connector.ts";
import { installAcme, sentTo } from "../../../test/acme-connector.ts";
import type { DeploymentFolder } from "../../../test/deployment-folder.ts";
import { createDeploymentFolder } from "../../../test/deployment-folder.ts";
import { assertAddsUp, createReceiver, eventFor, eventsFor } from "../../../test/receiver.ts";
import { systemClock } from "../../clock.ts";
import { createEventRecord } from "../../delivery/intake/accept-event.ts";
import { defaultDelivery } from "../../delivery/delivery-settings.ts";
import type { OcsfEvent } from "../../event/accepted-event.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { createEgress } from "../../transport/egress.ts";
import { configuredDestination } from "../config/configured-destination.ts";
import type { Destination } from "../config/destination.ts";
import { discoverConnectors } from "../connectors/discover.ts";
import type { Host } from "../host.ts";
import type { HostOptions } from "../host-options.ts";
import { createHost } from "../host.ts";
import type { ConnectorRegistry } from "../connectors/registry.ts";
import { createConnectorRegistry } from "../connectors/registry.ts";
import { transmitSettingsOf } from "./shape-settings.ts";
import { createWorkers } from "./workers.ts";

const TOKEN = "token-that-nobody-may-see";

let folder: DeploymentFolder;
let registry: ConnectorRegistry;
let logged: string[];
let host: Host | undefined;

beforeEach(async () => {
  folder = await createDeploymentFolder();
  await installAcme(folder);
  registry = createConnectorRegistry(await discoverConnectors(folder.path));
  logged = [];
});
afterEach(async () => {
  await host?.stop({ deadlineMs: 0 });
  host = undefined;
  await folder.remove();
});

function fileOf(id: string): string {
  return join(folder.path, `${id}.sent`);
}

function sentBy(id: string): readonly Sent[] {
  return sentTo(fileOf(id));
}

function idsSentBy(id: string): readonly string[] {
  return sentBy(id).flatMap(({ ids }) => ids);
}

interface Given {
  readonly config?: object;
  readonly delivery?: object;
  readonly orgId?: string;
}

async function acme(id: string, { config = {}, delivery = {}, orgId }: Given = {}): Promise<Destination> {
  const { destination, problems } = await configuredDestination(
    {
      id,
      type: "acme_log",
      config: { out: fileOf(id), token: TOKEN, mark: join(folder.path, `${id}.mark`), ...config },
      delivery: { batch_size: 10, flush_interval: 0, ...delivery },
      ...(orgId !== undefined && { org_id: orgId }),
    },
    { registry },
  );
  if (destination === undefined) throw new Error(JSON.stringify(problems));
  return destination;
}

async function open(destinations: readonly Destination[], options: Partial<HostOptions> = {}): Promise<Host> {
  host = await createHost({
    destinations,
    workers: 2,
    deadLetterPath: join(folder.path, "dead-letters"),
    logger: collectingLogger(),
    ...options,
  });
  return host;
}

function collectingLogger(common: object = {}): Logger {
  const log = (level: string) => (facts: object, text: string) => {
    logged.push(JSON.stringify({ level, ...common, ...facts, text }));
  };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: (facts) => collectingLogger({ ...common, ...facts }),
  };
}

function expectToAddUp(): void {
  for (const status of host?.status().destinations ?? []) assertAddsUp(status);
}

const oddEvents: readonly OcsfEvent[] = [
  ...eventsFor(25),
  { ...eventFor("umlaut-é😀", "org-ü"), message: 'é\u2028 😀 \\ " \u0001' },
  { ...eventFor("large"), message: "x".repeat(100_000) },
  { ...eventFor("quoted"), message: "quoted é" },
  { ...eventFor("parsed"), message: "parsed" },
  { ...eventFor("unencodable"), message: "unencodable" },
  { ...eventFor("too-large"), message: "y".repeat(250_000) },
  ...eventsFor(25, "late", "acme"),
];

const transmitSettings = transmitSettingsOf({}, defaultDelivery, {});

describe("workers", () => {
  it.each<[string, Given]>([
    ["plain", {}],
    ["gzip", { delivery: { compression: "gzip" } }],
    ["strict", { delivery: { rendering: "strict" } }],
    ["keyed and limited", { config: { keyed: true, maxEvents: 3 } }],
  ])("send the very bodies that the host's own thread sends: %s", async (_, given) => {
    const bodies: unknown[] = [];
    for (const workers of [0, 2]) {
      const id = `with-${workers}`;
      const one = await open([await acme(id, { ...given, delivery: { concurrency: 1, ...given.delivery } })], {
        workers,
      });
      await one.publish(oddEvents);
      await one.settled();
      const status = one.statusOf(id);
      expect(status?.counts).toMatchObject({ delivered: 54, deadLettered: { encode: 1, limit: 1 } });
      expectToAddUp();
      await one.stop();
      expect(sentBy(id).every(({ thread }) => (thread === threadId) === (workers === 0))).toBe(true);
      bodies.push(sentBy(id).map(({ ids, orgs, body, contentEncoding }) => ({ ids, orgs, body, contentEncoding })));
    }
    expect(bodies[1]).toEqual(bodies[0]);
  });

  it("show what was sent in the last attempts, compressed or not, and no secret of it", async () => {
    const [plain, packed] = [await acme("plain"), await acme("packed", { delivery: { compression: "gzip" } })];
    const refusing = await acme("refusing", { config: { first: "refuse" }, delivery: { max_retries: 0 } });
    const one = await open([plain, packed, refusing]);
    await one.publish(eventsFor(3));
    await one.settled();
    for (const id of ["plain", "packed"]) {
      const [attempt] = one.attemptsOf(id);
      expect(attempt?.exchange?.request.body).toContain('"class_uid":6003');
    }
    expect(one.attemptsOf("refusing").map(({ reason }) => reason)).toContain("busy, said [secret]");
    expect(JSON.stringify(one.attemptsOf("refusing"))).not.toContain(TOKEN);
  });

  it("share destinations out evenly", async () => {
    const ids = ["a", "b", "c", "d"];
    const all = await Promise.all(ids.map((id) => acme(id)));
    const one = await open(all);
    await one.publish(eventsFor(30));
    await one.settled();
    const threads = ids.map((id) => sentBy(id)[0]?.thread);
    expect(new Set(threads).size).toBe(2);
    expect(threads.filter((thread) => thread === threads[0])).toHaveLength(2);
    for (const id of ids)
      expect(idsSentBy(id).toSorted()).toEqual(
        eventsFor(30)
          .map(({ metadata }) => metadata.uid)
          .toSorted(),
      );
  });

  it.each(["throw", "exit"])("lose nothing when a connector ends its thread: %s", async (first) => {
    const one = await open([await acme("sick", { config: { first } }), await acme("well")], { workers: 1 });
    await one.publish(eventsFor(30));
    await expect.poll(() => one.statusOf("sick")?.counts.delivered, { timeout: 20_000 }).toBe(30);
    await expect.poll(() => one.statusOf("well")?.counts.delivered, { timeout: 20_000 }).toBe(30);
    expect(new Set(idsSentBy("sick")).size).toBe(30);
    expect(one.statusOf("sick")?.counts.attempts.retry).toBeGreaterThan(0);
    expectToAddUp();
    expect(one.status().workers).toEqual({ running: 1, ended: 1 });
    expect(logged.join("\n")).toContain("a worker ended");
    expect(logged.join("\n")).toContain("about to misbehave");
    expect(logged.join("\n")).not.toContain(TOKEN);
  });

  it("lose nothing when threads end again and again", { timeout: 60_000 }, async () => {
    const config = { deadly: 10, answerMs: 20 };
    const delivery = { max_retries: 1000, max_backoff: 1, on_exhausted: "hold" };
    const ids = ["a", "b", "c"];
    const one = await open(await Promise.all(ids.map((id) => acme(id, { config, delivery }))));
    const count = 1000;
    for (let at = 0; at < count; at += 100) await one.publish(eventsFor(100, `e${at}-`));
    await expect
      .poll(() => one.status().destinations.map(({ queued }) => queued), { timeout: 50_000 })
      .toEqual([0, 0, 0]);
    for (const id of ids) {
      expect(one.statusOf(id)?.counts).toMatchObject({ accepted: count, delivered: count });
      expect(new Set(idsSentBy(id)).size).toBe(count);
    }
    // Otherwise nothing was at stake.
    expect(one.status().workers.ended).toBeGreaterThan(2);
  });

  it("count a batch as possibly stored when its thread ended", async () => {
    const sick = await acme("sick", { config: { first: "exit" }, delivery: { max_retries: 0 } });
    const one = await open([sick], { workers: 1 });
    await one.publish(eventsFor(1));
    await expect.poll(() => one.statusOf("sick")?.counts.deadLettered.send, { timeout: 20_000 }).toBe(1);
    const deadLetters = await readFile(join(folder.path, "dead-letters", "sick.jsonl"), "utf8");
    expect(JSON.parse(deadLetters)).toMatchObject({ stage: "send", ambiguous: true, attempts: 1 });
    expect(deadLetters).not.toContain(TOKEN);
  });

  it("take nothing from the neighbours of a connector that ends its thread, and give that one a thread of its own", async () => {
    const endless = await acme("endless", {
      config: { always: "exit" },
      delivery: { max_retries: 1 },
      orgId: "org-bad",
    });
    const slow = await acme("slow", { config: { answerMs: 150 }, delivery: { max_retries: 0 }, orgId: "org-good" });
    const one = await open([endless, slow], { workers: 1 });
    for (let n = 0; n < 40; n++) {
      await one.publish([eventFor(`b${n}`, "org-bad"), eventFor(`g${n}`, "org-good")]);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await expect.poll(() => one.statusOf("slow")?.counts.delivered, { timeout: 20_000 }).toBe(40);
    expect(one.statusOf("slow")).toMatchObject({ counts: { deadLettered: { send: 0 } } });
    // Its thread is another one, or there would be no end of it.
    const reason = expect.stringContaining('connector "acme_log" ends its thread again and again');
    await expect.poll(() => one.statusOf("endless"), { timeout: 20_000 }).toMatchObject({ health: "failed", reason });
    expect(one.statusOf("endless")?.fix).toContain("connector");
    expectToAddUp();
  }, 60_000);

  it("do not let a connector that never comes back touch another worker's destinations, nor a stop", async () => {
    const one = await open([await acme("endless", { config: { first: "loop" } }), await acme("well")]);
    await one.publish(eventsFor(30));
    await expect.poll(() => one.statusOf("well")?.counts.delivered, { timeout: 20_000 }).toBe(30);
    const startedAt = systemClock.elapsed();
    await one.stop({ deadlineMs: 0 });
    // Waiting for it would take for ever.
    expect(systemClock.elapsed() - startedAt).toBeLessThan(45_000);
    expectToAddUp();
  }, 60_000);

  it("are ended when they hang, and what they were doing is done by a new one", async () => {
    const settings = { egress: {} };
    const workers = createWorkers({ count: 1, settings, logger: collectingLogger(), patienceMs: 500 });
    const { origin, ...destination } = await acme("endless", { config: { first: "loop" } });
    if (origin === undefined) throw new Error("no origin");
    const { signal } = new AbortController();
    const transmitter = await workers.open({ ...destination, origin }, transmitSettings, signal);
    const records = [createEventRecord(eventFor("e1"))];
    expect(await transmitter.transmit({ records, attempt: 1 }, signal)).toMatchObject({
      sent: records,
      result: { kind: "retry", ambiguous: true, reason: expect.stringContaining("it hung, and was ended") },
    });
    expect(workers.status()).toEqual({ running: 0, ended: 1 });
    expect(logged.join("\n")).toContain("it hung, and was ended");
    expect(await transmitter.transmit({ records, attempt: 2 }, signal)).toMatchObject({ result: { kind: "accepted" } });
    expect(workers.status()).toEqual({ running: 1, ended: 1 });
    await transmitter.close();
    await workers.close();
  });

  it("are not ended for being slow to answer", async () => {
    const settings = { egress: {} };
    const workers = createWorkers({ count: 1, settings, logger: collectingLogger(), patienceMs: 500 });
    const { origin, ...destination } = await acme("slow", { config: { first: "hang" } });
    if (origin === undefined) throw new Error("no origin");
    const transmitter = await workers.open({ ...destination, origin }, transmitSettings, new AbortController().signal);
    const records = [createEventRecord(eventFor("e1"))];
    const result = await transmitter.transmit({ records, attempt: 1 }, AbortSignal.timeout(3000));
    expect(result).toMatchObject({ result: { kind: "retry", reason: "stopped before the SIEM answered" } });
    expect(workers.status()).toEqual({ running: 1, ended: 0 });
    await transmitter.close();
    await workers.close();
  });

  it("are not taken to hang while a connector is opened, which may hold them for long", async () => {
    const workers = createWorkers({ count: 1, settings: { egress: {} }, logger: collectingLogger(), patienceMs: 500 });
    const { origin, ...destination } = await acme("large", { config: { openMs: 2500 } });
    if (origin === undefined) throw new Error("no origin");
    const { signal } = new AbortController();
    const transmitter = await workers.open({ ...destination, origin }, transmitSettings, signal);
    expect(workers.status()).toEqual({ running: 1, ended: 0 });
    await transmitter.close();
    await workers.close();
  });

  it("are ended when a connector never comes back from being opened", async () => {
    const workers = createWorkers({ count: 1, settings: { egress: {} }, logger: collectingLogger(), patienceMs: 50 });
    const { origin, ...destination } = await acme("endless", { config: { openMs: 600_000 } });
    if (origin === undefined) throw new Error("no origin");
    const { signal } = new AbortController();
    await expect(workers.open({ ...destination, origin }, transmitSettings, signal)).rejects.toMatchObject({
      code: "SIEM_DESTINATION_OPEN",
      message: expect.stringContaining("it hung, and was ended"),
    });
    expect(workers.status()).toEqual({ running: 0, ended: 1 });
    await workers.close();
  });

  it("end an attempt that is under way when the host stops", async () => {
    const one = await open([await acme("slow", { config: { first: "hang" } })]);
    await one.publish(eventsFor(5));
    await expect.poll(() => logged.join("\n")).toContain("about to misbehave");
    await one.stop({ deadlineMs: 0 });
    expect(one.statusOf("slow")?.counts).toMatchObject({ delivered: 0, deadLettered: { expired: 0 } });
    expectToAddUp();
  });

  it("send again what was refused for now, and hide what the SIEM repeats", async () => {
    const one = await open([await acme("busy", { config: { first: "refuse" } })]);
    await one.publish(eventsFor(1));
    await expect.poll(() => one.statusOf("busy")?.lastError).toBe("busy, said [secret]");
    await expect.poll(() => one.statusOf("busy")?.counts.delivered, { timeout: 5000 }).toBe(1);
    expect(sentBy("busy")).toMatchObject([{ ids: ["e0"], attempt: 2 }]);
  });

  it("pass on of a connector's verdict what it is made of, whatever else is in it", async () => {
    const one = await open([await acme("odd", { config: { first: "odd" } })]);
    await one.publish(eventsFor(1));
    await one.settled();
    expect(one.statusOf("odd")?.counts).toMatchObject({ delivered: 1, attempts: { accepted: 1, retry: 0 } });
  });

  it("live on when a connector's verdict holds what cannot be passed on, and send the batch again", async () => {
    const one = await open([await acme("odd", { config: { first: "unclonable" } })]);
    await one.publish(eventsFor(1));
    await expect.poll(() => one.statusOf("odd")?.lastError).toContain("asked to wait a function");
    await expect.poll(() => one.statusOf("odd")?.counts.delivered, { timeout: 5000 }).toBe(1);
    expect(one.status().workers.ended).toBe(0);
  });

  it("work for a program that was given on the command line", async () => {
    const entry = join(import.meta.dirname, "../../../dist/host/index.js");
    const program = `
      import { configuredDestination, createConnectorRegistry, createHost, discoverConnectors }
        from ${JSON.stringify(pathToFileURL(entry).href)};
      const registry = createConnectorRegistry(await discoverConnectors(${JSON.stringify(folder.path)}));
      const { destination } = await configuredDestination(
        { id: "all", type: "acme_log", config: { out: ${JSON.stringify(fileOf("all"))} } }, { registry });
      const host = await createHost({
        destinations: [destination], workers: 1, deadLetterPath: ${JSON.stringify(folder.path)} });
      await host.publish({ class_uid: 6003, time: 1 });
      await host.settled();
      await host.stop();`;
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    expect(sentBy("all")).toMatchObject([{ attempt: 1, thread: 1 }]);
  });

  it("say why a destination cannot be opened, without its secrets", async () => {
    const broken = await acme("broken", { config: { broken: true } });
    await expect(open([broken])).rejects.toMatchObject({
      code: "SIEM_DESTINATION_OPEN",
      message: 'Destination "broken" (acme_log) cannot be opened: no good: [secret]',
    });
  });

  it("run a destination's check where it delivers", async () => {
    const one = await open([await acme("all")]);
    const report = await one.check("all");
    expect(report?.steps).toMatchObject([{ name: "thread", status: "passed" }]);
    expect(report?.steps[0]?.detail).toMatch(/^[1-9]\d* \[secret\]$/);
    expect((await one.checkDestination(await acme("other"))).steps[0]?.detail).toBe(`${threadId} [secret]`);
  });

  it("take a destination's new configuration over", async () => {
    const one = await open([await acme("all")]);
    await one.publish(eventsFor(10));
    await one.settled();
    await one.replace(await acme("all", { config: { out: fileOf("moved") } }));
    await one.publish(eventsFor(10, "f"));
    await one.settled();
    expect(idsSentBy("all")).toHaveLength(10);
    expect(idsSentBy("moved")).toHaveLength(10);
    await one.remove("all", { leftover: "deliver" });
    expect(one.status().destinations).toEqual([]);
  });

  it("leave a destination whose origin nobody knows to the host's own thread, and say so", async () => {
    const receiver = createReceiver("own");
    const one = await open([receiver.destination]);
    await one.publish(eventsFor(3));
    await one.settled();
    expect(receiver.received).toHaveLength(3);
    expect(logged.join("\n")).toContain("no worker can open this destination");
  });

  it.each([-1, 1.5, Number.NaN])("are a whole number: not %s", async (workers) => {
    await expect(open([], { workers })).rejects.toMatchObject({ code: "SIEM_CONFIG_INVALID" });
  });

  it("are not to be had together with an egress of one's own", async () => {
    await expect(open([], { openEgress: () => createEgress({ environment: {} }) })).rejects.toMatchObject({
      code: "SIEM_CONFIG_INVALID",
    });
  });
});
