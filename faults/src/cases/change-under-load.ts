// Opens, replaces and removes destinations at random while events pour in and the SIEMs fail now and then, and accounts for
// every event in the end: accepted = stored at the SIEM + dead-lettered + queued, for each destination.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLogger } from "@arbitex/core";
import type { Host } from "@arbitex/core/host";
import { createHost, createMemoryQueueStore, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { createChance } from "../schedule/seeded.ts";
import type { Subject } from "./changed-destination.ts";
import { accountOf, configurationOf, ORGS, startSubjects } from "./changed-destination.ts";

export interface ChangeOptions {
  readonly changes: number;
  readonly seed: number;
  /** Events a second. */
  readonly rate: number;
  readonly store: "disk" | "memory";
  readonly say: (line: string) => void;
}

/** Prints one JSON object, and answers with 1 when an account does not add up. */
export async function changeUnderLoad({ changes, seed, rate, store, say }: ChangeOptions): Promise<number> {
  const chance = createChance(seed);
  const folder = mkdtempSync(join(process.env["FAULTS_FOLDER"] ?? tmpdir(), "change-"));
  const queueStore =
    store === "memory"
      ? createMemoryQueueStore()
      : await openDiskQueueStore({ path: join(folder, "queue"), clock: systemClock, logger: silentLogger });
  const deadLetterPath = join(folder, "dead-letters");
  const host = await createHost({ destinations: [], queueStore, deadLetterPath, egress: { guard: "off" } });
  const subjects = await startSubjects(seed);
  const slowest = { open: 0, replace: 0, remove: 0 };
  let made = 0;

  async function timed<Result>(kind: keyof typeof slowest, change: () => Promise<Result>): Promise<Result> {
    const before = performance.now();
    const result = await change();
    slowest[kind] = Math.max(slowest[kind], performance.now() - before);
    return result;
  }

  async function remove(subject: Subject): Promise<void> {
    const leftover = chance.pick(["deliver", "dead-letter", "keep"] as const);
    const status = await timed("remove", () => host.remove(subject.id, { leftover, deadlineMs: 500 }));
    subject.isOpen = false;
    // What is kept goes on with its account.
    if (status.queued === 0) subject.ended.push(status);
  }

  async function changeAtRandom(subject: Subject): Promise<void> {
    while (made < changes) {
      made++;
      if (made % 1000 === 0) say(`› ${made} changes`);
      const wanted = configurationOf(subject, chance, chance.isLucky(0.8));
      if (!subject.isOpen) await timed("open", () => host.open(wanted));
      else if (chance.isLucky(0.7)) await timed("replace", () => host.replace(wanted));
      else await remove(subject);
      subject.isOpen ||= host.status().destinations.some(({ id }) => id === subject.id);
      await sleep(chance.draw() * 10);
    }
  }

  const startedAt = performance.now();
  const ending = new AbortController();
  const publishing = publishUntil(ending.signal, host, { seed, rate });
  await Promise.all(subjects.map(changeAtRandom));
  ending.abort();
  const published = await publishing;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  for (const subject of subjects) {
    subject.siem.faults.clear();
    const configuration = configurationOf(subject, chance, true);
    await (subject.isOpen ? host.replace(configuration) : host.open(configuration));
  }
  await host.settled();
  const accounts = await Promise.all(subjects.map((subject) => accountOf(subject, host, deadLetterPath)));
  await host.stop({ deadlineMs: 0 });
  await Promise.all(subjects.map(({ siem }) => siem.close()));

  const sum = (name: "lost" | "repeated") => accounts.reduce((all, account) => all + account[name], 0);
  const slowestMs = Object.fromEntries(Object.entries(slowest).map(([kind, ms]) => [kind, Math.round(ms)]));
  const found = { seed, changes: made, seconds, published, slowestMs, lost: sum("lost"), repeated: sum("repeated") };
  process.stdout.write(`${JSON.stringify({ ...found, accounts })}\n`);
  const isGood = accounts.every(({ lost, queued, addsUp }) => lost === 0 && queued === 0 && addsUp);
  if (isGood) rmSync(folder, { recursive: true });
  else say(`kept for a look: ${folder}`);
  return isGood ? 0 : 1;
}

/** Resolves to how many events that were. */
async function publishUntil(
  ended: AbortSignal,
  host: Host,
  { seed, rate }: Pick<ChangeOptions, "seed" | "rate">,
): Promise<number> {
  const generator = createEventGenerator({ seed, startTime: Date.now(), orgIds: [...ORGS, "nobody"] });
  let count = 0;
  const began = performance.now();
  while (!ended.aborted) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate) - count;
    const events = Array.from({ length: Math.min(500, due) }, () => generator.next());
    if (events.length > 0) await host.publish(events);
    count += events.length;
    await sleep(5);
  }
  return count;
}
