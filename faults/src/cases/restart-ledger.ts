// Restarts a server under load, with kill -9 among it, and holds its books against what was posted and what arrived.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { createChance } from "../schedule/seeded.ts";
import { startLedgerSiem } from "./ledger-siem.ts";
import type { RestartedServer } from "./restarted-server.ts";
import { createRestartedServer } from "./restarted-server.ts";

export interface RestartOptions {
  readonly restarts: number;
  readonly seed: number;
}

const EVENTS_A_POST = 25;
const POSTERS = 3;
const DELIVERED_WITHIN_MS = 120_000;

const count = z.number();
const statusSchema = z.looseObject({
  destinations: z.array(
    z.looseObject({
      id: z.string(),
      counts: z.looseObject({
        taken_over: count,
        accepted: count,
        delivered: count,
        filtered: count,
        dead_lettered: z.record(z.string(), count),
      }),
      queue: z.looseObject({ events: count }),
      lifetime: z.looseObject({
        accepted: count,
        delivered: count,
        filtered: count,
        dead_lettered: count,
        unreadable: count,
        queued: count,
      }),
    }),
  ),
});
type Status = z.output<typeof statusSchema>["destinations"][number];

/** Prints one JSON object, and answers with 1 when a book does not close. */
export async function restartLedger({ restarts, seed }: RestartOptions): Promise<number> {
  const chance = createChance(seed);
  const folder = await mkdtemp(join(process.env["FAULTS_FOLDER"] ?? tmpdir(), "restart-ledger-"));
  const siems = { all: await startLedgerSiem(), severe: await startLedgerSiem() };
  const configPath = join(folder, "siem.config.json");
  const destinations = [
    destinationOf("all", siems.all.url),
    { ...destinationOf("severe", siems.severe.url), filter: { min_severity_id: 4 } },
  ];
  const queue = { store: "disk", path: join(folder, "queue") };
  const deadLetters = { path: join(folder, "dead-letters") };
  await writeFile(configPath, JSON.stringify({ queue, dead_letters: deadLetters, destinations }));
  const server = createRestartedServer(configPath);
  const faults: string[] = [];
  const check = (what: string, got: number | undefined, expected: number) => {
    if (got !== expected) faults.push(`${what}: ${got ?? "nothing"} instead of ${expected}`);
  };

  /** Books of this life and of all lives, in any moment. */
  async function checkBooks(when: string): Promise<void> {
    for (const { id, counts, queue: queued, lifetime } of await statusOf(server)) {
      const dead = Object.values(counts.dead_lettered).reduce((sum, some) => sum + some, 0);
      const { taken_over, accepted, delivered, filtered } = counts;
      check(
        `${when}: ${id}, taken over and accepted`,
        taken_over + accepted,
        delivered + filtered + dead + queued.events,
      );
      const { dead_lettered, unreadable } = lifetime;
      const settled = lifetime.delivered + lifetime.filtered + dead_lettered + unreadable;
      check(`${when}: ${id}, lifetime`, lifetime.accepted, settled + lifetime.queued);
    }
  }

  const ends = { restarts, kills: 0, stops: 0 };
  await server.start();
  const posters = createPosters(server, () => chance.draw());
  for (let restart = 1; restart <= restarts; restart++) {
    await sleep(300 + chance.draw() * 700);
    await checkBooks(`before restart ${restart}`);
    const isKill = chance.isLucky(0.7);
    ends[isKill ? "kills" : "stops"]++;
    await server.end(isKill ? "SIGKILL" : "SIGTERM");
    await server.start();
    await checkBooks(`after restart ${restart}`);
  }
  const { posted, acknowledged } = await posters.end();
  await untilDelivered(server);

  const [all, severe] = await statusOf(server);
  const arrived = siems.all.seen;
  for (const uid of acknowledged) if (!arrived.has(uid)) faults.push(`lost: ${uid}`);
  // What arrived everywhere was accepted, also when its answer was cut off.
  check("accepted by all over all lives", all?.lifetime.accepted, arrived.size);
  check("delivered to all over all lives", all?.lifetime.delivered, arrived.size);
  const wanted = [...arrived].filter((uid) => (posted.get(uid) ?? 0) >= 4);
  check("accepted by severe over all lives", severe?.lifetime.accepted, arrived.size);
  check("delivered to severe over all lives", severe?.lifetime.delivered, wanted.length);
  check("filtered by severe over all lives", severe?.lifetime.filtered, arrived.size - wanted.length);
  check("seen by severe", siems.severe.seen.size, wanted.length);
  await server.end("SIGTERM");
  for (const siem of Object.values(siems)) siem.close();
  await rm(folder, { recursive: true });
  const account = {
    ...ends,
    posted: posted.size,
    acknowledged: acknowledged.size,
    accepted: all?.lifetime.accepted,
    delivered: all?.lifetime.delivered,
    repeated: siems.all.repeated(),
    filtered: severe?.lifetime.filtered,
    faults,
  };
  process.stdout.write(`${JSON.stringify(account)}\n`);
  return faults.length === 0 ? 0 : 1;
}

function destinationOf(id: string, url: string) {
  return {
    id,
    type: "splunk_hec",
    config: { url, token: "11111111-2222-3333-4444-555555555555" },
    delivery: { batch_size: 20, flush_interval: 0.05, concurrency: 1, compression: "none" },
  };
}

async function statusOf(server: RestartedServer): Promise<readonly Status[]> {
  const reply = await fetch(`${server.origin() ?? ""}/v1/destinations`);
  return statusSchema.parse(await reply.json()).destinations;
}

async function untilDelivered(server: RestartedServer): Promise<void> {
  const deadline = Date.now() + DELIVERED_WITHIN_MS;
  while ((await statusOf(server)).some(({ queue }) => queue.events > 0)) {
    if (Date.now() > deadline) throw new Error("what is queued was not delivered in two minutes");
    await sleep(50);
  }
}

/** Posts each event once, whatever becomes of it. */
function createPosters(server: RestartedServer, draw: () => number) {
  const over = new AbortController();
  /** Severity of events that were posted, and which of them were answered 202; the rest was under way at a kill. */
  const posted = new Map<string, number>();
  const acknowledged = new Set<string>();
  let nextEvent = 0;

  async function post(): Promise<void> {
    while (!over.signal.aborted) {
      const origin = server.origin();
      if (origin === undefined) {
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
        const reply = await fetch(`${origin}/v1/events`, { method: "POST", headers, body: lines.join("\n") });
        if (reply.status === 202) for (const uid of uids) acknowledged.add(uid);
        await reply.arrayBuffer();
      } catch {
        // The server was killed; whether it had them shows at the end.
      }
      await sleep(draw() * 20);
    }
  }

  const posting = Array.from({ length: POSTERS }, post);
  return {
    async end() {
      over.abort();
      await Promise.all(posting);
      return { posted, acknowledged };
    },
  };
}
