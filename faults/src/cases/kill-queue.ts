// Kills a process that writes to a disk queue, again and again at random moments, and compares what it had said with
// what the next one finds. One folder throughout, so that every kill but the first hits a queue that was restarted.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createChance } from "../schedule/seeded.ts";
import { createWriterAccount } from "./writer-account.ts";

const WRITER = join(import.meta.dirname, "queue-writer-process.js");

export interface KillQueueOptions {
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** Prints one JSON object, and answers with 1 when an event was lost or came out of order, or a start failed. */
export async function killQueue({ kills, seed, say }: KillQueueOptions): Promise<number> {
  const chance = createChance(seed);
  const folder = mkdtempSync(join(process.env["FAULTS_FOLDER"] ?? tmpdir(), "kill-queue-"));
  const books = createWriterAccount(say);
  const ends = { kills: 0, stops: 0, failedStarts: 0 };

  async function runWriter(round: number, isLast: boolean): Promise<void> {
    const writer = startWriter([folder, String(books.freshId()), String(seed + round)]);
    // Some die while they start: that is when files are repaired.
    let isReady = false;
    if (!isLast && chance.isLucky(0.1)) await sleep(chance.draw() * 120);
    else {
      isReady = await writer.ready;
      if (!isReady) {
        ends.failedStarts++;
        say(`a start failed: ${writer.errors()}`);
      }
      await sleep(chance.draw() * 150);
    }
    const isStop = isLast || chance.isLucky(0.15);
    if (isReady) ends[isStop ? "stops" : "kills"]++;
    books.read(await writer.end(isStop && isReady ? "SIGTERM" : "SIGKILL"));
  }

  for (let round = 0; ends.kills < kills; round++) {
    await runWriter(round, false);
    if (round % 100 === 99) say(`› ${JSON.stringify({ ...ends, ...books.counts })}`);
  }
  // Once more, to look at what the last kill left.
  await runWriter(kills, true);
  const setAside = readdirSync(folder).filter((name) => name.endsWith(".bad")).length;
  const { lost, disordered, repeatedAfterStop, accepted } = books.counts;
  const isGood = lost + ends.failedStarts + disordered + repeatedAfterStop + setAside === 0 && accepted > 0;
  process.stdout.write(`${JSON.stringify({ seed, ...ends, ...books.counts, setAside })}\n`);
  if (isGood) rmSync(folder, { recursive: true });
  else say(`kept for a look: ${folder}`);
  return isGood ? 0 : 1;
}

function startWriter(words: readonly string[]) {
  const child = spawn(process.execPath, [WRITER, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("\nready\n")) resolve(true);
    });
    void ended.then(() => resolve(false));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return {
    ready,
    errors: () => errors,
    /** Whole lines of what it said. */
    async end(signal: NodeJS.Signals): Promise<readonly string[]> {
      child.kill(signal);
      await ended;
      return output.split("\n").slice(0, -1);
    },
  };
}
