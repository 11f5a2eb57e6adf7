// What one hostile organisation costs another one's publishes. A real server with its queue on disk; the other organisation
// publishes an event twenty times a second, alone and while the hostile one does everything at once. In turns with silence,
// and with as many harmless requests of the same process, so that a busy machine counts for all of them. It fails when a
// right token is refused.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answerOf } from "./child.ts";
import type { Order } from "./hostile-organisation-process.ts";

const ROUNDS = 3;
const PER_SECOND = 20;
const QUIET = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00a";
const HOSTILE = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00b";
const ROOT = join(import.meta.dirname, "..", "..");
const BIN = join(ROOT, "packages/server/bin/arbitex-siem.js");

type Environment = Readonly<Record<string, string | undefined>>;
const orders = ["rest", "harmless", "attack"] as const;

export async function measureHostileOrganisation({ seconds }: { readonly seconds: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hostile-"));
  const siem = createServer((request, reply) =>
    request.resume().on("end", () => reply.end('{"text":"Success","code":0}')),
  );
  siem.listen(0, "127.0.0.1");
  await once(siem, "listening");
  const address = siem.address();
  if (typeof address !== "object" || address === null) throw new Error("the SIEM has no port");
  const environment = await environmentIn(folder);
  const tokens = { quiet: await tokenFor(QUIET, environment), hostile: await tokenFor(HOSTILE, environment) };
  const { origin, end } = await startServer(environment);
  const quiet = quietOrganisation(origin, tokens.quiet);
  await quiet.createDestination(`http://127.0.0.1:${address.port}`);

  await quiet.publishFor(3);
  const times: Record<Exclude<Order, "end">, number[]> = { rest: [], harmless: [], attack: [] };
  const words = [origin, tokens.hostile, HOSTILE];
  const hostile = fork(join(import.meta.dirname, "hostile-organisation-process.js"), words);
  await answerOf<string>(hostile);
  const tell = (order: Order) => hostile.send(order);
  for (let round = 0; round < ROUNDS; round++) {
    for (const order of orders) {
      tell(order);
      await sleep(2000);
      times[order].push(...(await quiet.publishFor(seconds)));
    }
  }
  tell("end");
  const done = await answerOf<Readonly<Record<string, number>>>(hostile);
  print("alone", times.rest);
  print("beside harmless requests", times.harmless);
  print("beside the hostile one", times.attack);
  const attack = percentile(times.attack, 0.99);
  const ratio = (sample: readonly number[]) => (attack / percentile(sample, 0.99)).toFixed(2);
  process.stdout.write(
    `p99 ${ratio(times.rest)} times that of alone, ${ratio(times.harmless)} times that beside harmless requests\n`,
  );
  process.stdout.write(`the hostile one did: ${JSON.stringify(done)}\n`);
  end();
  siem.close();
  siem.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
}

async function environmentIn(folder: string): Promise<Environment> {
  const configPath = join(folder, "siem.config.json");
  const egress = { allow: ["127.0.0.0/8"], ports: ["1-65535"], plain_http: true };
  await writeFile(configPath, JSON.stringify({ egress }));
  return {
    PATH: process.env["PATH"],
    SIEM_CONFIG: configPath,
    SIEM_DATABASE_PATH: join(folder, "database"),
    SIEM_QUEUE_PATH: join(folder, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    SIEM_INGEST_TOKEN: "ingest-token",
    LOG_LEVEL: "error",
  };
}

async function tokenFor(orgId: string, env: Environment): Promise<string> {
  const words = ["tokens", "create", "--scope", `org:${orgId}`];
  const child = spawn(process.execPath, [BIN, ...words], { env, cwd: ROOT, stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(child, "close");
  return text.trim();
}

async function startServer(env: Environment): Promise<{ readonly origin: string; readonly end: () => void }> {
  const words = [BIN, "run", "--port", "0"];
  const server = spawn(process.execPath, words, { env, cwd: ROOT, stdio: ["ignore", "pipe", "ignore"] });
  const end = () => void server.kill("SIGKILL");
  process.on("exit", end);
  let said = "";
  server.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  for (;;) {
    const origin = /Listening on (http:\S+)/.exec(said)?.[1];
    if (origin !== undefined) return { origin, end };
    if (server.exitCode !== null) throw new Error(`the server ended at its start: ${said}`);
    await sleep(100);
  }
}

/** The one whose publishes are timed. */
function quietOrganisation(origin: string, token: string) {
  const configs = `${origin}/v1/org/siem-configs`;
  const headers = { authorization: `Bearer ${token}` };

  async function publish(): Promise<number> {
    const event = {
      class_uid: 6003,
      severity_id: 1,
      time: Date.now(),
      metadata: { tenant_uid: QUIET },
      message: "m".repeat(500),
    };
    const started = performance.now();
    const reply = await fetch(`${origin}/v1/events`, {
      method: "POST",
      headers: { authorization: "Bearer ingest-token", "content-type": "application/json" },
      body: JSON.stringify(event),
    });
    if (reply.status !== 202) throw new Error(`a publish of the quiet organisation was answered ${reply.status}`);
    await reply.arrayBuffer();
    return performance.now() - started;
  }

  /** A token that was not seen before must be good at once, whatever others brought from the same address. */
  async function lookAtOwn(): Promise<void> {
    const reply = await fetch(configs, { headers });
    if (reply.status !== 200) throw new Error(`a right token was answered ${reply.status}`);
    await reply.arrayBuffer();
  }

  return {
    async createDestination(url: string): Promise<void> {
      const config = { url, token: "a-token-of-one-word" };
      const reply = await fetch(configs, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ connector_type: "splunk_hec", config, delivery: { flush_interval: 1 } }),
      });
      if (reply.status !== 201) throw new Error(`the quiet organisation has no destination: ${await reply.text()}`);
    },
    /** Milliseconds until each event was answered. Sent by the clock: one that is slow does not make the next one late. */
    async publishFor(seconds: number): Promise<readonly number[]> {
      const looking = lookAtOwn();
      const answered: Promise<number>[] = [];
      const until = performance.now() + seconds * 1000;
      while (performance.now() < until) {
        answered.push(publish());
        await sleep(1000 / PER_SECOND);
      }
      await looking;
      return Promise.all(answered);
    },
  };
}

function percentile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function print(name: string, sample: readonly number[]): void {
  const at = (share: number) => percentile(sample, share).toFixed(1);
  process.stdout.write(
    `${name.padEnd(24)} ${sample.length} publishes, p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, longest ${at(1)} ms\n`,
  );
}
