// What several intakes on one machine take: servers on one configuration, each with a queue folder of its own, and a balancer
// before them, which is the client here. First they only accept: scan, commit to disk, answer. Then all is delivered, and
// what arrived is compared with the sum of their accounts. One of several is killed in between and started again.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";
import { processSeconds } from "../cpu-seconds.ts";
import { generateEvents, warmUpOf } from "../events.ts";
import { freePort } from "../free-port.ts";
import { median } from "../report/summarise.ts";
import type { RunningSinks } from "../sinks.ts";
import { startSinks } from "../sinks.ts";
import { untilStored } from "../programs/until-stored.ts";
import type { Account, IntakeServer } from "./intake-server.ts";
import { startIntakeServer } from "./intake-server.ts";

export interface IntakesOptions {
  /** Events of each measurement. */
  readonly events: number;
  readonly rounds: number;
  /** Numbers of servers to compare. */
  readonly intakes: readonly number[];
}

interface Found {
  readonly perSecond: number;
  /** CPU of all servers, in microseconds by event. */
  readonly cpu: number;
}

const LINES = 500;
const CONNECTIONS = 4;
const SETTLE_MS = 60_000;

export async function measureIntakes({ events, rounds, intakes }: IntakesOptions): Promise<void> {
  const found = new Map<number, Found[]>(intakes.map((count) => [count, []]));
  const bodies = bodiesOf(warmUpOf(events) + events);
  for (let round = 0; round < rounds; round++) {
    for (const count of round % 2 === 0 ? intakes : intakes.toReversed()) {
      const one = await measureRound(count, bodies, events);
      found.get(count)?.push(one);
      print(count, [one]);
    }
  }
  process.stdout.write("medians\n");
  for (const [count, all] of found) print(count, all);
}

async function measureRound(count: number, bodies: readonly Buffer[], events: number): Promise<Found> {
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "intakes-"));
  const sinks = await startSinks(["splunk_hec"]);
  const config = join(folder, "siem.config.json");
  const running: IntakeServer[] = [];
  try {
    writeConfig(config, sinks, true);
    const start = async (at: number, port: number) => {
      running[at] = await startIntakeServer({ folder, config, name: String(at + 1), port });
    };
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    await Promise.all(ports.map((port, at) => start(at, port)));
    const warmUp = bodies.length - events / LINES;
    await post(bodies.slice(0, warmUp), running);
    const before = cpuOf(running);
    const startedAt = performance.now();
    await post(bodies.slice(warmUp), running);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = ((cpuOf(running) - before) / events) * 1e6;
    const total = bodies.length * LINES;
    assertSum(await accountsOf(running), total);
    const last = ports.at(-1);
    if (count > 1 && last !== undefined) {
      await running[count - 1]?.kill();
      await start(count - 1, last);
    }
    writeConfig(config, sinks, false);
    for (const server of running) server.reload();
    await untilStored(sinks, total, { pollMs: 50, hasEnded: () => false });
    await untilDelivered(running, total);
    const [arrived] = await sinks.counts();
    if (arrived?.stored !== total || arrived.repeated > 0) throw new Error(`arrived: ${JSON.stringify(arrived)}`);
    return { perSecond: events / seconds, cpu };
  } finally {
    await Promise.all(running.map((server) => server.kill()));
    sinks.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function bodiesOf(count: number): readonly Buffer[] {
  const lines = Array.from(generateEvents(count), (event) => `${JSON.stringify(event)}\n`);
  const bodies: Buffer[] = [];
  for (let at = 0; at + LINES <= lines.length; at += LINES)
    bodies.push(Buffer.from(lines.slice(at, at + LINES).join("")));
  return bodies;
}

/** While it is paused, events wait on disk: only the intake works. */
function writeConfig(path: string, sinks: RunningSinks, paused: boolean): void {
  const config = sinks.addresses.splunk_hec?.config;
  const delivery = { paused, batch_size: 500 };
  writeFileSync(
    path,
    JSON.stringify({ environment: false, destinations: [{ id: "splunk", type: "splunk_hec", config, delivery }] }),
  );
}

async function post(bodies: readonly Buffer[], servers: readonly IntakeServer[]): Promise<void> {
  const dispatcher = new Agent();
  let next = 0;
  const connection = async (_: unknown, at: number) => {
    const { origin } = servers[at % servers.length] ?? { origin: "" };
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const headers = { "content-type": "application/x-ndjson" };
      const reply = await request(`${origin}/v1/events`, { method: "POST", dispatcher, headers, body });
      const text = await reply.body.text();
      if (reply.statusCode >= 300) throw new Error(`HTTP ${reply.statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  await dispatcher.close();
}

function cpuOf(servers: readonly IntakeServer[]): number {
  return servers.reduce((sum, { pid }) => sum + processSeconds(pid), 0);
}

function accountsOf(servers: readonly IntakeServer[]): Promise<readonly Account[]> {
  return Promise.all(servers.map((server) => server.account()));
}

/** Each account must be exact by itself, and together they must hold every event. */
function assertSum(accounts: readonly Account[], total: number): void {
  const isExact = accounts.every(({ accepted, delivered, deadLettered, filtered, queued }) => {
    return accepted === delivered + deadLettered + filtered + queued;
  });
  const sum = accounts.reduce((all, { accepted }) => all + accepted, 0);
  if (!isExact || sum !== total)
    throw new Error(`${total} events were accepted, and the accounts say ${JSON.stringify(accounts)}`);
}

async function untilDelivered(servers: readonly IntakeServer[], total: number): Promise<void> {
  for (const startedAt = performance.now(); ; await wait(50)) {
    const accounts = await accountsOf(servers);
    assertSum(accounts, total);
    if (accounts.every(({ accepted, delivered }) => accepted === delivered)) return;
    if (performance.now() - startedAt > SETTLE_MS) throw new Error(`not delivered: ${JSON.stringify(accounts)}`);
  }
}

function print(count: number, all: readonly Found[]): void {
  const perSecond = Math.round(median(all.map((found) => found.perSecond)));
  const cpu = median(all.map((found) => found.cpu)).toFixed(1);
  process.stdout.write(
    `${count} ${count === 1 ? "intake" : "intakes"}: ${perSecond} events a second, ${cpu} µs of CPU each\n`,
  );
}
