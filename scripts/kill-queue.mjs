// Kills a process that writes to a disk queue, again and again at random moments, and compares what it had said with
// what the next one finds. One folder throughout, so that every kill but the first hits a queue that was restarted.
// node scripts/kill-queue.mjs [--kills 1000] [--seed 1]     (build first)
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const WRITER = fileURLToPath(new URL("kill-queue-writer.mjs", import.meta.url));
const kills = option("kills", 1000);
const seed = option("seed", 1);
let state = seed;
const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;

const folder = mkdtempSync(join(process.env.QUEUE_KILL_FOLDER ?? tmpdir(), "kill-queue-"));
/** By destination: accepted and not delivered; delivered at some time. */
const open = new Map(["fast", "slow", "dead"].map((id) => [id, new Set()]));
const delivered = new Map([...open.keys()].map((id) => [id, new Set()]));
const account = {
  kills: 0,
  stops: 0,
  accepted: 0,
  lost: 0,
  repeated: 0,
  repeatedAfterStop: 0,
  disordered: 0,
  failedStarts: 0,
};
let nextId = 1;
let isAfterStop = true;

for (let round = 0; account.kills < kills; round++) {
  await runWriter(round);
  if (round % 100 === 99) process.stderr.write(`› ${JSON.stringify(account)}\n`);
}
// Once more, to look at what the last kill left.
await runWriter(kills, true);
const setAside = readdirSync(folder).filter((name) => name.endsWith(".bad")).length;
const isGood =
  account.lost + account.failedStarts + account.disordered + account.repeatedAfterStop + setAside === 0 &&
  account.accepted > 0;
process.stdout.write(`${JSON.stringify({ seed, ...account, setAside })}\n`);
if (isGood) rmSync(folder, { recursive: true });
else process.stderr.write(`kept for a look: ${folder}\n`);
process.exit(isGood ? 0 : 1);

async function runWriter(round, isLast = false) {
  // Far from all numbers before: a killed process may have appended events that it did not come to speak of.
  nextId += 1000;
  const writer = spawn(process.execPath, [WRITER, folder, String(nextId), String(seed + round)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  let isReady = false;
  const ended = new Promise((resolve) => writer.on("close", resolve));
  const ready = new Promise((resolve) => {
    writer.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (output.includes("\nready\n")) resolve();
    });
    void ended.then(resolve);
  });
  writer.stderr.setEncoding("utf8").on("data", (text) => (errors += text));

  // Some die while they start: that is when files are repaired.
  if (!isLast && random() < 0.1) await wait(random() * 120);
  else {
    await ready;
    isReady = output.includes("\nready\n");
    if (!isReady) account.failedStarts++;
    if (!isReady) process.stderr.write(`a start failed: ${errors}\n`);
    await wait(random() * 150);
  }
  const isStop = isLast || random() < 0.15;
  if (isReady) account[isStop ? "stops" : "kills"]++;
  writer.kill(isStop && isReady ? "SIGTERM" : "SIGKILL");
  await ended;
  read(output.split("\n").slice(0, -1));
  isAfterStop = output.endsWith("closed\n");
}

function read(lines) {
  for (const line of lines) {
    const [kind, ...words] = line.split(" ");
    if (kind === "q") compare(words[0], numbersOf(words[1]));
    if (kind === "a") {
      for (const number of numbersOf(words[0])) {
        account.accepted++;
        nextId = Math.max(nextId, number + 1);
        for (const [id, set] of open) if (!delivered.get(id).has(number)) set.add(number);
      }
    }
    if (kind === "d") {
      for (const number of numbersOf(words[1])) {
        nextId = Math.max(nextId, number + 1);
        open.get(words[0]).delete(number);
        delivered.get(words[0]).add(number);
      }
    }
  }
}

function compare(id, found) {
  const there = new Set(found);
  const set = open.get(id);
  for (const number of set) {
    if (there.has(number)) continue;
    account.lost++;
    process.stderr.write(`lost: ${number} of ${id}\n`);
    set.delete(number);
  }
  for (const number of found) {
    nextId = Math.max(nextId, number + 1);
    if (set.has(number)) continue;
    // Not accepted as far as anybody knew, or delivered before its settlement was written down.
    if (delivered.get(id).has(number)) account[isAfterStop ? "repeatedAfterStop" : "repeated"]++;
    set.add(number);
    delivered.get(id).delete(number);
  }
  if (
    found.some((number, index) => index > 0 && number < found[index - 1] && !isConcurrent(number, found[index - 1]))
  ) {
    account.disordered++;
  }
}

/** Three publishers at a time: an event may be that much ahead of one that was begun before. */
function isConcurrent(a, b) {
  return Math.abs(a - b) < 200;
}

function numbersOf(ranges = "") {
  return ranges.split(",").flatMap((range) => {
    const [from, to] = range.split("-").map(Number);
    return range === "" ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function option(name, usual) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
}
