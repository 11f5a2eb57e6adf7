// What one hostile organisation costs another one's publishes. Run: node scripts/measure-hostile-organisation.mjs [seconds]
// (after npm run build). A real server with its queue on disk; the other organisation publishes an event twenty times a second,
// alone and while the hostile one does everything at once: changes and tests in loops, thirty configurations with filters as
// large as they may be and a SIEM that refuses each event with words of its own, replays as slow as they may be, lists of its
// dead letters, a hundred wrong tokens a second, and bodies of millions of tiny values. In turns with silence, and with as many
// harmless requests of the same process, so that a busy machine counts for all of them. It fails when a right token is refused.
import { fork, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const seconds = Number(process.argv[2] ?? 20);
const ROUNDS = 3;
const PER_SECOND = 20;
const QUIET = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00a";
const HOSTILE = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00b";
const ROOT = join(import.meta.dirname, "..");
const BIN = join(ROOT, "packages/server/bin/arbitex-siem.js");

const folder = await mkdtemp(join(tmpdir(), "hostile-"));
const siem = createServer((request, reply) =>
  request.resume().on("end", () => reply.end('{"text":"Success","code":0}')),
);
await new Promise((resolve) => siem.listen(0, "127.0.0.1", resolve));
const configPath = join(folder, "siem.config.json");
const egress = { allow: ["127.0.0.0/8"], ports: ["1-65535"], plain_http: true };
await writeFile(configPath, JSON.stringify({ egress }));
const environment = {
  PATH: process.env.PATH,
  SIEM_CONFIG: configPath,
  SIEM_DATABASE_PATH: join(folder, "database"),
  SIEM_QUEUE_PATH: join(folder, "queue"),
  SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
  SIEM_INGEST_TOKEN: "ingest-token",
  LOG_LEVEL: "error",
};
const tokens = { quiet: await tokenFor(QUIET), hostile: await tokenFor(HOSTILE) };
const server = spawn(process.execPath, [BIN, "run", "--port", "0"], { env: environment, cwd: ROOT });
server.stderr.resume();
process.on("exit", () => server.kill("SIGKILL"));
let said = "";
server.stdout.on("data", (text) => (said += text));
while (!/Listening on (http:\S+)/.test(said)) await wait(100);
const origin = /Listening on (http:\S+)/.exec(said)[1];

const url = `http://127.0.0.1:${siem.address().port}`;
const row = {
  connector_type: "splunk_hec",
  config: { url, token: "a-token-of-one-word" },
  delivery: { flush_interval: 1 },
};
const created = await fetch(`${origin}/v1/org/siem-configs`, {
  method: "POST",
  headers: { authorization: `Bearer ${tokens.quiet}`, "content-type": "application/json" },
  body: JSON.stringify(row),
});
if (created.status !== 201) throw new Error(`the quiet organisation has no destination: ${await created.text()}`);

await publishFor(3);
const times = { rest: [], harmless: [], attack: [] };
const hostile = fork(join(import.meta.dirname, "hostile/organisation.mjs"), [origin, tokens.hostile, HOSTILE], {
  stdio: "inherit",
});
await new Promise((resolve) => hostile.once("message", resolve));
for (let round = 0; round < ROUNDS; round++) {
  for (const [order, all] of Object.entries(times)) {
    hostile.send(order);
    await wait(2000);
    all.push(...(await publishFor(seconds)));
  }
}
hostile.send("end");
const done = await new Promise((resolve) => hostile.once("message", resolve));
print("alone", times.rest);
print("beside harmless requests", times.harmless);
print("beside the hostile one", times.attack);
const p99 = (order) => percentile(times[order], 0.99);
console.log(`p99 ${ratio("rest")} times that of alone, ${ratio("harmless")} times that beside harmless requests`);
console.log(`the hostile one did: ${JSON.stringify(done)}`);
server.kill("SIGKILL");
siem.close();
siem.closeAllConnections();
await rm(folder, { recursive: true, force: true });

async function tokenFor(orgId) {
  const child = spawn(process.execPath, [BIN, "tokens", "create", "--scope", `org:${orgId}`], {
    env: environment,
    cwd: ROOT,
  });
  child.stderr.resume();
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  return text.trim();
}

/** Milliseconds until each event was answered. Sent by the clock: one that is slow does not make the next one late. */
async function publishFor(duration) {
  const answered = [lookAtOwn()];
  const taken = [];
  const until = performance.now() + duration * 1000;
  while (performance.now() < until) {
    answered.push(publish().then((ms) => taken.push(ms)));
    await wait(1000 / PER_SECOND);
  }
  await Promise.all(answered);
  return taken;
}

async function publish() {
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

function ratio(order) {
  return (p99("attack") / p99(order)).toFixed(2);
}

/** One that was not seen before must be good at once, whatever others brought from the same address. */
async function lookAtOwn() {
  const reply = await fetch(`${origin}/v1/org/siem-configs`, { headers: { authorization: `Bearer ${tokens.quiet}` } });
  if (reply.status !== 200) throw new Error(`a right token was answered ${reply.status}`);
  await reply.arrayBuffer();
}

function percentile(sample, share) {
  return sample.toSorted((a, b) => a - b)[Math.min(sample.length - 1, Math.floor(sample.length * share))];
}

function print(name, sample) {
  const shown = [0.5, 0.9, 0.99, 1].map((share) => percentile(sample, share).toFixed(1));
  console.log(
    `${name.padEnd(24)} ${sample.length} publishes, p50 ${shown[0]}, p90 ${shown[1]}, p99 ${shown[2]}, longest ${shown[3]} ms`,
  );
}
