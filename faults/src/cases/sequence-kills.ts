// Kills a host whose events are numbered, again and again at random moments, and looks whether each number was given to
// one event, each event got one number, and none is missing: what is not in the SIEM must be a dead letter.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readDeadLetters } from "@arbitex/core/host";
import { createChance } from "../schedule/seeded.ts";

const PROCESS = join(import.meta.dirname, "numbered-host-process.js");

export interface SequenceKillsOptions {
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** Prints one JSON object, and answers with 1 when a number is missing, or was given twice. */
export async function sequenceKills({ kills, seed, say }: SequenceKillsOptions): Promise<number> {
  const chance = createChance(seed);
  const folder = mkdtempSync(join(process.env["FAULTS_FOLDER"] ?? tmpdir(), "sequence-kills-"));
  const books = createBooks();
  let failedStarts = 0;

  async function runHost(round: number, mode: "usual" | "last"): Promise<void> {
    const child = spawn(process.execPath, [PROCESS, folder, String(round * 100_000), String(seed + round), mode], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const ready = new Promise<boolean>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes("ready\n")) resolve(true);
      });
      void ended.then(() => resolve(false));
    });
    if (!(await ready)) failedStarts++;
    if (mode === "usual") {
      await sleep(chance.draw() * 120);
      child.kill(chance.isLucky(0.1) ? "SIGTERM" : "SIGKILL");
    }
    await ended;
    for (const line of output.split("\n").slice(0, -1)) books.read(line);
  }

  for (let round = 0; round < kills; round++) {
    await runHost(round, "usual");
    if (round % 100 === 99) say(`› ${round + 1} kills, ${books.stored()} events`);
  }
  await runHost(kills, "last");
  for await (const line of readDeadLetters(join(folder, "dead-letters", "soc.jsonl"))) {
    if (line.kind === "dead-letter") books.deadLetter(line.deadLetter.event);
  }
  const account = { seed, kills, failedStarts, ...books.account() };
  process.stdout.write(`${JSON.stringify(account)}\n`);
  const isGood = account.missing + account.twice + account.renumbered + failedStarts === 0 && account.numbers > 0;
  if (isGood) rmSync(folder, { recursive: true });
  else say(`kept for a look: ${folder}`);
  return isGood ? 0 : 1;
}

const eventSchema = z.object({ metadata: z.object({ uid: z.string(), sequence: z.number() }) });

function createBooks() {
  const uidOf = new Map<number, string>();
  const numberOf = new Map<string, number>();
  const counts = { twice: 0, renumbered: 0, repeats: 0, deadLetters: 0 };

  function note(number: number, uid: string): void {
    const known = uidOf.get(number);
    if (known === uid) counts.repeats++;
    else if (known !== undefined) counts.twice++;
    if ((numberOf.get(uid) ?? number) !== number) counts.renumbered++;
    uidOf.set(number, uid);
    numberOf.set(uid, number);
  }

  return {
    stored: () => uidOf.size,
    /** Reads a line of the process. Its end may be cut off by the kill. */
    read(line: string): void {
      const [, number, uid] = /^s (\d+) (\S+)$/.exec(line) ?? [];
      if (number !== undefined && uid !== undefined) note(Number(number), uid);
    },
    deadLetter(event: string): void {
      const { metadata } = eventSchema.parse(JSON.parse(event));
      counts.deadLetters++;
      note(metadata.sequence, metadata.uid);
    },
    account() {
      let highest = 0;
      for (const number of uidOf.keys()) highest = Math.max(highest, number);
      return { numbers: highest, missing: highest - uidOf.size, ...counts };
    },
  };
}
