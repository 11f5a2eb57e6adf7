// Opens, replaces and removes destinations at random while events pour in and the SIEMs fail now and then, and accounts for
// every event in the end: accepted = stored at the SIEM + dead-lettered + queued, for each destination.
// node scripts/change-under-load.mjs [--changes 10000] [--seed 1] [--rate 1500] [--queue disk|memory]     (build first)
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import datadog from "@arbitex/connector-datadog";
import elastic from "@arbitex/connector-elastic";
import splunk from "@arbitex/connector-splunk";
import { silentLogger } from "@arbitex/core";
import {
  createHost,
  createMemoryQueueStore,
  openDiskQueueStore,
  readDeadLetters,
  systemClock,
  totalOf,
} from "@arbitex/core/host";
import {
  createEventGenerator,
  startBulkSimulator,
  startDatadogSimulator,
  startHecSimulator,
} from "@arbitex/simulators";

const changes = option("changes", 10_000);
const rate = option("rate", 1500);
const seed = option("seed", 1);
let state = seed;
const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
const pick = (list) => list[Math.floor(random() * list.length)];

const FAULTS = "503:3%,slow:50ms:5%,reset-after:1%,429:2%";
const ORGS = ["acme", "globex"];
const KINDS = [
  { connector: splunk, start: startHecSimulator, secret: "token" },
  { connector: elastic, start: startBulkSimulator, secret: "api_key" },
  { connector: datadog, start: startDatadogSimulator, secret: "api_key" },
];

const folder = mkdtempSync(join(process.env.CHANGE_FOLDER ?? tmpdir(), "change-"));
const queueStore = process.argv.includes("memory")
  ? createMemoryQueueStore()
  : await openDiskQueueStore({ path: join(folder, "queue"), clock: systemClock, logger: silentLogger });
const deadLetterPath = join(folder, "dead-letters");
const host = await createHost({ destinations: [], queueStore, deadLetterPath, egress: { guard: "off" } });
const subjects = await startSubjects();
let made = 0;
const slowest = { open: 0, replace: 0, remove: 0 };

const startedAt = performance.now();
const loading = startLoad();
await Promise.all(subjects.map(changeAtRandom));
const published = await loading.end();
const seconds = (performance.now() - startedAt) / 1000;
await settleAll();
const accounts = await Promise.all(subjects.map(accountOf));
await host.stop({ deadlineMs: 0 });
await Promise.all(subjects.map(({ siem }) => siem.close()));

const isGood = accounts.every(({ lost, queued, addsUp }) => lost === 0 && queued === 0 && addsUp);
const slowestMs = Object.fromEntries(Object.entries(slowest).map(([kind, ms]) => [kind, Math.round(ms)]));
process.stdout.write(
  `${JSON.stringify({ seed, changes: made, seconds: Math.round(seconds), published, slowestMs, lost: sum("lost"), repeated: sum("repeated"), accounts })}\n`,
);
if (isGood) rmSync(folder, { recursive: true });
else process.stderr.write(`kept for a look: ${folder}\n`);
process.exit(isGood ? 0 : 1);

/** One destination of each kind for everybody, and one for each organisation, each with a SIEM of its own. */
async function startSubjects() {
  const owners = [null, ...ORGS];
  return Promise.all(
    owners.flatMap((orgId) =>
      KINDS.map(async (kind) => {
        const siem = await kind.start({ keep: "ids", seed, faults: FAULTS });
        return { id: `${orgId ?? "all"}-${kind.connector.type}`, orgId, kind, siem, isOpen: false, ended: [] };
      }),
    ),
  );
}

/** A configuration that may be wrong, and delivers in one way or another. */
function configurationOf({ id, orgId, kind, siem }, { works = random() < 0.8 } = {}) {
  const { connector, secret } = kind;
  const given = works ? siem.config : { ...siem.config, [secret]: "revoked".padEnd(32, "0") };
  return {
    id,
    orgId,
    connector,
    config: connector.configSchema.parse(given),
    delivery: {
      batchSize: pick([1, 20, 100, 500]),
      flushIntervalMs: pick([0, 50, 500]),
      concurrency: pick([1, 2, 4]),
      maxRetries: pick([0, 3]),
      compression: pick(["gzip", "none"]),
      onExhausted: pick(["hold", "dead-letter"]),
    },
  };
}

async function changeAtRandom(subject) {
  while (made < changes) {
    made++;
    if (made % 1000 === 0) process.stderr.write(`› ${made} changes\n`);
    if (!subject.isOpen) await change("open", () => host.open(configurationOf(subject)));
    else if (random() < 0.7) await change("replace", () => host.replace(configurationOf(subject)));
    else await remove(subject);
    subject.isOpen ||= host.status().destinations.some(({ id }) => id === subject.id);
    await wait(random() * 10);
  }
}

async function remove(subject) {
  const leftover = pick(["deliver", "dead-letter", "keep"]);
  const status = await change("remove", () => host.remove(subject.id, { leftover, deadlineMs: 500 }));
  subject.isOpen = false;
  // What is kept goes on with its account.
  if (status.queued === 0) subject.ended.push(status);
}

async function change(kind, make) {
  const before = performance.now();
  const result = await make();
  slowest[kind] = Math.max(slowest[kind], performance.now() - before);
  return result;
}

/** Publishes until it is ended; resolves to how many events that were. */
function startLoad() {
  const generator = createEventGenerator({ seed, startTime: Date.now(), orgIds: [...ORGS, "nobody"] });
  const ending = new AbortController();
  const publishing = publishUntil(ending.signal, generator);
  return {
    end() {
      ending.abort();
      return publishing;
    },
  };
}

async function publishUntil(ended, generator) {
  let count = 0;
  const began = performance.now();
  while (!ended.aborted) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate) - count;
    const events = Array.from({ length: Math.min(500, due) }, () => generator.next());
    if (events.length > 0) await host.publish(events);
    count += events.length;
    await wait(5);
  }
  return count;
}

async function settleAll() {
  for (const subject of subjects) {
    subject.siem.faults.clear();
    const configuration = configurationOf(subject, { works: true });
    await (subject.isOpen ? host.replace(configuration) : host.open(configuration));
  }
  await host.settled();
}

async function accountOf({ id, siem, ended }) {
  const { destinations } = host.status();
  const lives = [...ended, ...destinations.filter((status) => status.id === id)];
  const total = (of) => lives.reduce((all, life) => all + of(life), 0);
  const accepted = total(({ counts }) => counts.accepted);
  const delivered = total(({ counts }) => counts.delivered);
  const deadLettered = total(({ counts }) => totalOf(counts.deadLettered));
  const queued = total((life) => life.queued);
  const found = new Set(siem.ids);
  const repeated = siem.ids.length - found.size;
  for await (const line of readDeadLetters(join(deadLetterPath, `${id}.jsonl`))) {
    if (line.kind === "dead-letter") found.add(line.deadLetter.eventId);
  }
  const addsUp = accepted === delivered + deadLettered + queued;
  return { id, accepted, delivered, deadLettered, queued, addsUp, lost: accepted - queued - found.size, repeated };
}

function sum(name) {
  return accounts.reduce((all, account) => all + account[name], 0);
}

function option(name, usual) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
}
