// Restarts a server under load, with kill -9 among it, and holds its books against what was posted and what arrived:
//   node scripts/restart-ledger.mjs [--restarts 20] [--seed 1]
// Prints one JSON object; ends with 1 when a book does not close. Run `npm run build` first.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { restarts: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
const restarts = Number(values.restarts);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const random = seeded(Number(values.seed));

const EVENTS_A_POST = 25;
const POSTERS = 3;
const ANSWER_AFTER_MS = 15;

/** A SIEM that takes a moment for each batch, and remembers which events it has seen. */
async function startSiem() {
  const seen = new Set();
  let repeated = 0;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", () => {});
    const answer = () => {
      for (const [, uid] of Buffer.concat(chunks)
        .toString()
        .matchAll(/"uid":"(e-\d+)"/g)) {
        if (seen.has(uid)) repeated++;
        seen.add(uid);
      }
      response.setHeader("content-type", "application/json").end('{"text":"Success","code":0}');
    };
    request.on("end", () => setTimeout(answer, ANSWER_AFTER_MS));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { seen, repeated: () => repeated, server, url: `http://127.0.0.1:${server.address().port}` };
}

const folder = await mkdtemp(join(tmpdir(), "restart-ledger-"));
const siems = { all: await startSiem(), severe: await startSiem() };
const config = join(folder, "siem.config.json");
const destinationOf = (id, more) => ({
  id,
  type: "splunk_hec",
  config: { url: siems[id].url, token: "11111111-2222-3333-4444-555555555555" },
  delivery: { batch_size: 20, flush_interval: 0.05, concurrency: 1, compression: "none" },
  ...more,
});
await writeFile(
  config,
  JSON.stringify({
    queue: { store: "disk", path: join(folder, "queue") },
    dead_letters: { path: join(folder, "dead-letters") },
    destinations: [destinationOf("all"), destinationOf("severe", { filter: { min_severity_id: 4 } })],
  }),
);

let server;
let origin;
let nextEvent = 0;
const over = new AbortController();
/** Of events: posted, and answered 202; the rest was under way when the server was killed. */
const posted = new Map();
const acknowledged = new Set();

async function start() {
  server = spawn(
    process.execPath,
    [join(root, "packages/server/bin/arbitex-siem.js"), "run", "--port", "0", "--config", config],
    {
      cwd: root,
      env: { PATH: process.env.PATH, LOG_LEVEL: "error" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  origin = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      const found = /Listening on (http:\S+)/.exec(said);
      if (found !== null) resolve(found[1]);
    });
    server.once("exit", () => reject(new Error(`the server ended at its start: ${said}`)));
  });
}

async function end(signal) {
  const ended = once(server, "exit");
  const ending = server;
  origin = undefined;
  ending.kill(signal);
  await ended;
}

/** Posts each event once, whatever becomes of it. */
async function post() {
  while (!over.signal.aborted) {
    const at = origin;
    if (at === undefined) {
      await sleep(5);
      continue;
    }
    const uids = Array.from({ length: EVENTS_A_POST }, () => `e-${nextEvent++}`);
    const lines = uids.map((uid, index) => {
      const severity = (index % 5) + 1;
      posted.set(uid, severity);
      return `{"class_uid":6003,"time":1741824000123,"severity_id":${severity},"metadata":{"uid":"${uid}"}}`;
    });
    try {
      const headers = { "content-type": "application/x-ndjson" };
      const reply = await fetch(`${at}/v1/events`, { method: "POST", headers, body: lines.join("\n") });
      if (reply.status === 202) for (const uid of uids) acknowledged.add(uid);
      await reply.arrayBuffer();
    } catch {
      // The server was killed; whether it had them shows at the end.
    }
    await sleep(random() * 20);
  }
}

async function destinations() {
  const reply = await fetch(`${origin}/v1/destinations`);
  return (await reply.json()).destinations;
}

const faults = [];

function check(what, got, expected) {
  if (got !== expected) faults.push(`${what}: ${got} instead of ${expected}`);
}

/** Books of this life and of all lives, in any moment. */
async function checkBooks(when) {
  for (const { id, counts, queue, lifetime } of await destinations()) {
    const dead = Object.values(counts.dead_lettered).reduce((sum, count) => sum + count, 0);
    check(
      `${when}: ${id}, taken over and accepted`,
      counts.taken_over + counts.accepted,
      counts.delivered + counts.filtered + dead + queue.events,
    );
    const { accepted, delivered, filtered, dead_lettered, unreadable, queued } = lifetime;
    check(`${when}: ${id}, lifetime`, accepted, delivered + filtered + dead_lettered + unreadable + queued);
  }
}

const account = { restarts, kills: 0, stops: 0 };
await start();
const posters = Array.from({ length: POSTERS }, post);
for (let restart = 1; restart <= restarts; restart++) {
  await sleep(300 + random() * 700);
  await checkBooks(`before restart ${restart}`);
  const isKill = random() < 0.7;
  account[isKill ? "kills" : "stops"]++;
  await end(isKill ? "SIGKILL" : "SIGTERM");
  await start();
  await checkBooks(`after restart ${restart}`);
}
over.abort();
await Promise.all(posters);
const deadline = Date.now() + 120_000;
while ((await destinations()).some(({ queue }) => queue.events > 0)) {
  if (Date.now() > deadline) throw new Error("what is queued was not delivered in two minutes");
  await sleep(50);
}

const [all, severe] = await destinations();
const arrived = siems.all.seen;
for (const uid of acknowledged) if (!arrived.has(uid)) faults.push(`lost: ${uid}`);
// What arrived everywhere was accepted, also when its answer was cut off.
check("accepted by all over all lives", all.lifetime.accepted, arrived.size);
check("delivered to all over all lives", all.lifetime.delivered, arrived.size);
const wanted = [...arrived].filter((uid) => posted.get(uid) >= 4);
check("accepted by severe over all lives", severe.lifetime.accepted, arrived.size);
check("delivered to severe over all lives", severe.lifetime.delivered, wanted.length);
check("filtered by severe over all lives", severe.lifetime.filtered, arrived.size - wanted.length);
check("seen by severe", siems.severe.seen.size, wanted.length);
await end("SIGTERM");
for (const { server: siem } of Object.values(siems)) siem.close().closeAllConnections();
await rm(folder, { recursive: true });

process.stdout.write(
  `${JSON.stringify({
    ...account,
    posted: posted.size,
    acknowledged: acknowledged.size,
    accepted: all.lifetime.accepted,
    delivered: all.lifetime.delivered,
    repeated: siems.all.repeated(),
    filtered: severe.lifetime.filtered,
    faults,
  })}\n`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Mulberry32: the same seed, the same restarts. */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
