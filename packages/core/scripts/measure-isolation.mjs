// What organisations cost each other, on this machine. Build first.
// node --expose-gc packages/core/scripts/measure-isolation.mjs [isolation|noisy|start] [--orgs 1000] [--rounds 12] [--seconds 4] [--rate 400]
//   isolation  time from publish to stored at the SIEM, of a thousand organisations with a destination each; and of all but
//              three of them while one is dead, one answers after 30 s and one answers 429
//   noisy      the same while one organisation's backlog goes out, in large batches with gzip and all the concurrency it may have
//   start      time to open ten thousand destinations with the queue on disk, and what each takes while it is idle
// Healthy and troubled periods take turns in one run, so that whatever else the machine does hits both alike.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const option = (name, usual) => {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? usual : Number(process.argv[place + 1]);
};
const [what = "isolation"] = process.argv.slice(2).filter((word) => /^[a-z]/.test(word));
const orgs = option("orgs", what === "start" ? 10_000 : 1000);
const rounds = option("rounds", 12);
const seconds = option("seconds", 4);
const rate = option("rate", 400);
const SETTLE_MS = 1000;
const TROUBLED = { 0: "dead", 1: "slow", 2: "busy" };
const NOISY = 3;
const BACKLOG = 100_000;

if (what === "sink") startSink();
else await measure();

async function measure() {
  const folder = mkdtempSync(join(process.env.QUEUE_MEASURE_FOLDER ?? tmpdir(), "isolation-"));
  try {
    if (what === "start") await start(folder);
    else await isolation(folder, what);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

async function isolation(folder, kind) {
  const sink = fork(fileURLToPath(import.meta.url), ["sink"]);
  const port = await answerOf(sink);
  const ask = (message) => {
    sink.send(message);
    return answerOf(sink);
  };
  const host = await openHost(folder, port, kind);
  const event = eventOf();
  // Everybody's connection is open before anything is measured.
  for (let org = 0; org < orgs; org++) await host.publish(event(org));
  await load(host, event, 3000);
  const latencies = { healthy: [], troubled: [] };
  for (let round = 0; round < rounds * 2; round++) {
    // Healthy, troubled, troubled, healthy: what drifts hits both alike.
    const name = round % 4 === 0 || round % 4 === 3 ? "healthy" : "troubled";
    await ask({ trouble: troubleIn(kind, name) });
    if (kind === "noisy" && name === "troubled") await fill(host, event);
    // The first part of a period is the last one's end.
    await load(host, event, SETTLE_MS);
    await ask({ take: true });
    if (kind === "noisy" && name === "troubled") {
      await ask({ trouble: {} });
      await host.replace(host.noisy);
    }
    const before = queuedOf(host);
    await load(host, event, seconds * 1000);
    const { samples } = await ask({ take: true });
    latencies[name].push(samples);
    const note = kind === "noisy" ? `, ${before - queuedOf(host)} events of a backlog` : "";
    console.error(`› ${name}: ${samples.length} events, p50 ${ms(samples, 0.5)}, p99 ${ms(samples, 0.99)} ms${note}`);
  }
  const [healthy, troubled] = ["healthy", "troubled"].map((name) => median(latencies[name].map((s) => at(s, 0.99))));
  const all = Object.fromEntries(Object.entries(latencies).map(([name, periods]) => [name, at(periods.flat(), 0.99)]));
  console.log(
    JSON.stringify({
      kind,
      orgs,
      rate,
      medianP99Ms: { healthy: round2(healthy), troubled: round2(troubled) },
      changePercent: round2((troubled / healthy - 1) * 100),
      p99OfAllMs: { healthy: round2(all.healthy), troubled: round2(all.troubled) },
    }),
  );
  await host.stop({ deadlineMs: 0 });
  sink.kill();
}

function troubleIn(kind, name) {
  if (kind === "noisy") return { [NOISY]: "revoked" };
  return name === "troubled" ? TROUBLED : {};
}

function queuedOf(host) {
  return host.status().destinations[NOISY]?.queued ?? 0;
}

async function openHost(folder, port, kind) {
  const { createHost, openDiskQueueStore, systemClock } = await import("../dist/host/index.js");
  const { default: splunk } = await import("../../connector-splunk/dist/index.js");
  const logger = silent();
  const destinations = Array.from({ length: orgs }, (_, org) => ({
    id: `splunk-${org}`,
    orgId: `org-${org}`,
    connector: splunk,
    config: splunk.configSchema.parse({ url: `http://127.0.0.1:${port}`, token: `token-${org}` }),
    delivery:
      org === NOISY && kind === "noisy"
        ? { batchSize: 2000, concurrency: 4, compression: "gzip", flushIntervalMs: 0 }
        : { flushIntervalMs: 0 },
  }));
  const queueStore = await openDiskQueueStore({ path: join(folder, "queue"), clock: systemClock, logger });
  const deadLetterPath = join(folder, "dead-letters");
  const host = await createHost({ destinations, queueStore, deadLetterPath, logger, egress: { guard: "off" } });
  return Object.assign(host, { noisy: destinations[NOISY] });
}

function eventOf() {
  let next = 0;
  return (org) => ({
    class_uid: 6003,
    category_uid: 6,
    activity_id: 1,
    type_uid: 600_301,
    severity_id: 1,
    time: Date.now(),
    metadata: { uid: `e${next++}`, version: "1.1.0", product: { vendor_name: "Arbitex", name: "Gateway" } },
    actor: { org: { uid: `org-${org}` }, user: { uid: "user-1", email_addr: "user@example.com" } },
    unmapped: { published_at: performance.timeOrigin + performance.now(), note: "x".repeat(500) },
  });
}

/** Events of random organisations, evenly over the time. */
async function load(host, event, forMs) {
  const startedAt = performance.now();
  let published = 0;
  while (performance.now() - startedAt < forMs) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
    for (; published < due; published++) void host.publish(event(Math.floor(Math.random() * orgs)));
    await wait(2);
  }
}

/** A backlog of one organisation, which is delivered as soon as its credential is renewed. */
async function fill(host, event) {
  for (let published = 0; published < BACKLOG; published += 500) {
    await host.publishTexts(Array.from({ length: 500 }, () => JSON.stringify(event(NOISY))));
  }
}

/** A SIEM of its own process that notes when what arrived was published. */
function startSink() {
  let trouble = {};
  let samples = [];
  const server = createServer((request, reply) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", () => {});
    request.on("end", () => {
      const org = Number(/token-(\d+)/.exec(request.headers.authorization ?? "")?.[1]);
      const accept = () => {
        const body = Buffer.concat(chunks);
        if (org > NOISY) note(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body);
        reply.writeHead(200, { "content-type": "application/json" }).end('{"text":"Success","code":0}');
      };
      switch (trouble[org]) {
        case "dead":
          return request.socket.destroy();
        case "slow":
          return void setTimeout(accept, 30_000);
        case "revoked":
          return reply.writeHead(401).end();
        case "busy":
          return reply.writeHead(429, { "retry-after": "1" }).end();
        default:
          return accept();
      }
    });
  });
  function note(body) {
    const now = performance.timeOrigin + performance.now();
    for (const [, then] of body.toString().matchAll(/"published_at":([\d.]+)/g)) samples.push(now - Number(then));
  }
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("message", (message) => {
    if (message.trouble !== undefined) trouble = message.trouble;
    process.send({ samples });
    if (message.take === true) samples = [];
  });
}

async function start(folder) {
  const { createHost, openDiskQueueStore, systemClock } = await import("../dist/host/index.js");
  const { default: splunk } = await import("../../connector-splunk/dist/index.js");
  const sink = fork(fileURLToPath(import.meta.url), ["sink"]);
  const url = `http://127.0.0.1:${await answerOf(sink)}`;
  const logger = silent();
  const queueStore = await openDiskQueueStore({ path: join(folder, "queue"), clock: systemClock, logger });
  const deadLetterPath = join(folder, "dead-letters");
  const host = await createHost({ destinations: [], queueStore, deadLetterPath, logger, egress: { guard: "off" } });
  const before = memory();
  const startedAt = performance.now();
  for (let org = 0; org < orgs; org++) {
    const config = splunk.configSchema.parse({ url, token: `token-${org}` });
    await host.open({ id: `splunk-${org}`, orgId: `org-${org}`, connector: splunk, config });
  }
  const openMs = Math.round(performance.now() - startedAt);
  const idle = eachSince(before);
  const event = eventOf();
  for (let org = 0; org < orgs; org++) {
    await host.publish(event(org));
    if (org % 200 === 199) await host.settled();
  }
  await host.settled();
  // Until the connections have been idle for so long that they are let go.
  await wait(8000);
  const used = eachSince(before);
  console.log(JSON.stringify({ destinations: orgs, openMs, bytesEach: { idle, idleAfterUse: used } }));
  await host.stop({ deadlineMs: 0 });
  sink.kill();
}

function memory() {
  globalThis.gc?.();
  return process.memoryUsage();
}

function eachSince(before) {
  const after = memory();
  const each = (name) => Math.round((after[name] - before[name]) / orgs);
  return { heap: each("heapUsed"), rss: each("rss") };
}

function answerOf(child) {
  return new Promise((resolve) => {
    child.once("message", resolve);
  });
}

function at(samples, share) {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function ms(samples, share) {
  return at(samples, share).toFixed(1);
}

function median(values) {
  return at(values, 0.5);
}

function round2(value) {
  return Math.round(value * 100) / 100;
}

function silent() {
  const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };
  return logger;
}
