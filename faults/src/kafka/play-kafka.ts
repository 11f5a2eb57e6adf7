import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { figuresOf } from "../oracle/metrics.ts";
import { RUNS } from "../root.ts";
import type { KafkaWorld } from "./kafka-world.ts";
import { openKafkaWorld } from "./kafka-world.ts";
import type { Strike } from "./kafka-schedule.ts";
import { makeKafkaSchedule, strikeText } from "./kafka-schedule.ts";
import type { OrgLoad } from "./org-load.ts";
import { startOrgLoad } from "./org-load.ts";
import type { SeedRow } from "./seed-rows.ts";
import { appendRow, isBad, readRows, rowLines } from "./seed-rows.ts";
import { until } from "./until.ts";

export interface KafkaRunOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Strikes of one seed. */
  readonly strikes: number;
  readonly brokers: number;
  readonly nodes: number;
  /** A file with the results of seeds that were played, which are not played again. Those of others are added. */
  readonly resume: string | undefined;
  readonly say: (text: string) => void;
}

const PARTITIONS = 12;
const ORGANISATIONS = 40;
const SETTLE_MS = 90_000;
/** Long enough for the others to have taken over from a server that was killed. */
const TAKEN_OVER_MS = 7500;

/** What one seed showed. */
interface SeedResult {
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly overtaken: number;
  readonly repeats: number;
  readonly kills: number;
  readonly problems: readonly string[];
  readonly seconds: number;
  /** How long the organisations of a killed server waited, in milliseconds. */
  readonly failovers: readonly number[];
}

/** Strikes at nodes and brokers while events come in, seed by seed on one cluster. Ends with 1 when anything was lost. */
export async function playKafka(options: KafkaRunOptions): Promise<number> {
  const { firstSeed, seeds, strikes, brokers, nodes, resume, say } = options;
  const rows = resume === undefined ? [] : [...(await readRows(resume))];
  const played = new Set(rows.map(({ seed }) => seed));
  const wanted = Array.from({ length: seeds }, (_, at) => firstSeed + at).filter((seed) => !played.has(seed));
  if (wanted.length > 0) {
    say(`starting ${brokers} brokers, PostgreSQL and ${nodes} servers`);
    const world = await openKafkaWorld({ brokers, nodes, partitions: PARTITIONS });
    try {
      for (const seed of wanted) {
        const schedule = makeKafkaSchedule(seed, { strikes, nodes, brokers });
        const result = await playSeed(world, schedule, seed, say);
        say(`seed ${seed}: ${resultText(result)}`);
        for (const problem of result.problems) say(`  ${problem}`);
        const row = rowOf(seed, result);
        if (isBad(row)) await keepEvidence(world, seed, say);
        if (resume !== undefined) await appendRow(resume, row);
        rows.push(row);
      }
    } finally {
      await world.close();
    }
  }
  for (const line of rowLines(rows)) say(line);
  return rows.some(isBad) ? 1 : 0;
}

function rowOf(seed: number, { lost, problems, ...result }: SeedResult): SeedRow {
  return { seed, ...result, lost: lost.length, problems: problems.length };
}

async function playSeed(
  world: KafkaWorld,
  schedule: readonly Strike[],
  seed: number,
  say: (text: string) => void,
): Promise<SeedResult> {
  const begunAt = performance.now();
  const failovers: number[] = [];
  const { nodes, plain, ordered } = world;
  const origins = nodes.map(({ origin }) => origin);
  const before = { overtaken: ordered.overtaken.length, plain: arrivals(plain.seen), ordered: arrivals(ordered.seen) };
  const load = startOrgLoad({ origins, organisations: ORGANISATIONS, batch: 5, pauseMs: 150, from: seed * 1_000_000 });
  await sleep(2000);
  for (const strike of schedule) {
    await sleep(strike.waitMs);
    say(`  ${strikeText(strike)}`);
    plain.resetGaps();
    await carryOut(world, strike);
    if (strike.isWatched) {
      await sleep(TAKEN_OVER_MS);
      failovers.push(Math.max(...plain.gaps().values()));
    }
  }
  await load.stop();
  const problems: string[] = [];
  for (const node of nodes) {
    await until(`${node.name} is ready`, SETTLE_MS, () => node.isReady()).catch((error: Error) => {
      problems.push(error.message);
    });
  }
  await until(
    "everything is delivered",
    SETTLE_MS,
    () => missing(load, plain.seen).length + missing(load, ordered.seen).length === 0,
  ).catch(() => undefined);
  problems.push(...(await accountProblems(world)));
  const lost = [...missing(load, plain.seen), ...missing(load, ordered.seen)];
  const arrived = arrivals(plain.seen) + arrivals(ordered.seen) - before.plain - before.ordered;
  return {
    acknowledged: load.acknowledged.size,
    lost,
    overtaken: ordered.overtaken.length - before.overtaken,
    repeats: arrived - 2 * load.acknowledged.size,
    kills: schedule.filter(({ kind }) => kind.startsWith("kill")).length,
    problems,
    seconds: Math.round((performance.now() - begunAt) / 1000),
    failovers,
  };
}

/** Strikes, and repairs. A node or broker that is killed is started anew. */
async function carryOut({ nodes, cluster, wires }: KafkaWorld, { kind, target, lastsMs }: Strike): Promise<void> {
  const node = nodes[target];
  const broker = cluster.brokers[target];
  switch (kind) {
    case "kill node":
    case "restart node":
      await node?.kill(kind === "kill node" ? "SIGKILL" : "SIGTERM");
      await sleep(lastsMs);
      return node?.start();
    case "stop node":
      await node?.kill("SIGSTOP");
      await sleep(lastsMs);
      return node?.kill("SIGCONT");
    case "cut node":
    case "silence node":
      wires.cut(target, kind === "cut node" ? "reset" : "silent");
      await sleep(lastsMs);
      return wires.restore(target);
    case "kill broker":
      await broker?.kill("SIGKILL");
      await sleep(lastsMs);
      return broker?.start();
    case "stop broker":
      await broker?.kill("SIGSTOP");
      await sleep(lastsMs);
      return broker?.kill("SIGCONT");
    default:
      return kind satisfies never;
  }
}

/** At rest, nothing is queued in any partition, and each server's account closes. */
async function accountProblems({ nodes, sql }: KafkaWorld): Promise<readonly string[]> {
  const problems: string[] = [];
  const queued = () => Number(sql("select coalesce(sum(queued), 0) from siem_queue_cursors"));
  await until("nothing is queued", 20_000, () => queued() === 0).catch(() => undefined);
  if (queued() !== 0) problems.push(`${queued()} events are recorded as queued at rest`);
  for (const { name, origin } of nodes) {
    const text = await metricsOf(origin);
    if (text === undefined) {
      problems.push(`${name} does not answer`);
      continue;
    }
    for (const [destination, figures] of figuresOf(text)) {
      const { accepted, delivered, deadLettered, filtered, queued: still } = figures;
      const takenOver = Number(
        new RegExp(`siem_events_taken_over\\{destination="${destination}"\\} (\\S+)`).exec(text)?.[1],
      );
      const surplus = delivered + deadLettered + filtered + still - accepted - takenOver;
      if (surplus !== 0)
        problems.push(
          `${name}, ${destination}: the account is off by ${surplus}: ${JSON.stringify({ ...figures, takenOver })}`,
        );
    }
  }
  return problems;
}

async function metricsOf(origin: string): Promise<string | undefined> {
  try {
    return await (await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(20_000) })).text();
  } catch {
    return undefined;
  }
}

function missing({ acknowledged }: OrgLoad, seen: ReadonlyMap<string, number>): string[] {
  return [...acknowledged].filter((id) => !seen.has(id));
}

function arrivals(seen: ReadonlyMap<string, number>): number {
  let count = 0;
  for (const times of seen.values()) count += times;
  return count;
}

function resultText({ acknowledged, lost, overtaken, repeats, kills }: SeedResult): string {
  const trouble = lost.length === 0 ? "" : `: ${lost.slice(0, 5).join(", ")}`;
  return `${kills} kills, ${acknowledged} acknowledged, ${lost.length} lost${trouble}, ${overtaken} out of order, ${repeats} repeats`;
}

async function keepEvidence({ folder }: KafkaWorld, seed: number, say: (text: string) => void): Promise<void> {
  const kept = join(RUNS, `kafka-${seed}`);
  await mkdir(RUNS, { recursive: true });
  await cp(folder, kept, { recursive: true });
  say(`  kept in ${kept}`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
