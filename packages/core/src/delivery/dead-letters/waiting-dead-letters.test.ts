import { appendFile, mkdtemp, readdir, rename, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEventRecord } from "../intake/accept-event.ts";
import { systemClock } from "../../clock.ts";
import type { StoredDeadLetter } from "./dead-letter-file.ts";
import { readDeadLetters } from "./dead-letter-file.ts";
import { createFileDeadLetters } from "./file-dead-letters.ts";
import { openReplayMarks } from "./replay-marks.ts";
import { createWaitingDeadLetters } from "./waiting-dead-letters.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waiting-"));
  path = join(folder, "soc.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

async function write(count: number, destinationId = "soc", stage: "send" | "rejected" = "send"): Promise<void> {
  const deadLetters = createFileDeadLetters({ path, clock: systemClock });
  const record = createEventRecord({ class_uid: 6003, time: 1, severity_id: 1, message: '","event":{"stage":"limit"' });
  const deadLetter = {
    record,
    destinationId,
    type: "test",
    stage,
    reason: "no",
    attempts: 1,
    ambiguous: false,
  } as const;
  await deadLetters.append(Array.from({ length: count }, () => ({ ...deadLetter, firstAttemptAt: undefined })));
  await deadLetters.close();
}

async function waitingDeadLetters(): Promise<StoredDeadLetter[]> {
  const marks = await openReplayMarks(path, systemClock);
  const found: StoredDeadLetter[] = [];
  for await (const line of readDeadLetters(path)) {
    if (line.kind === "dead-letter" && !marks.has(line.deadLetter.id)) found.push(line.deadLetter);
  }
  await marks.close();
  return found;
}

async function mark(deadLetters: readonly StoredDeadLetter[]): Promise<void> {
  const marks = await openReplayMarks(path, systemClock);
  await marks.add(deadLetters.map((deadLetter) => ({ deadLetter, outcome: "settled" })));
  await marks.close();
}

const counting = () => createWaitingDeadLetters(async () => [path]);
const countsOf = async (waiting: ReturnType<typeof counting>) => Object.fromEntries(await waiting.counts());

describe("waiting dead letters", () => {
  it("are counted by destination and stage, as they are written", async () => {
    const waiting = counting();
    expect(await countsOf(waiting)).toEqual({});
    await write(3);
    await write(2, "other", "rejected");
    expect(await countsOf(waiting)).toEqual({ soc: { send: 3 }, other: { rejected: 2 } });
    await write(1, "soc", "rejected");
    expect(await countsOf(waiting)).toEqual({ soc: { send: 3, rejected: 1 }, other: { rejected: 2 } });
  });

  it("wait no more once they are marked, by whichever process, whether before the first count or after", async () => {
    await write(5);
    const before = counting();
    expect(await countsOf(before)).toEqual({ soc: { send: 5 } });
    await mark((await waitingDeadLetters()).slice(0, 2));
    const after = counting();
    expect(await countsOf(before)).toEqual({ soc: { send: 3 } });
    expect(await countsOf(after)).toEqual({ soc: { send: 3 } });
    await mark(await waitingDeadLetters());
    expect(await countsOf(before)).toEqual({});
    expect(await countsOf(after)).toEqual({});
  });

  it("are taken off once, however often one is marked", async () => {
    await write(2);
    const waiting = counting();
    await countsOf(waiting);
    const [deadLetter] = await waitingDeadLetters();
    if (deadLetter === undefined) throw new Error("no dead letter");
    await mark([deadLetter]);
    const marks = await openReplayMarks(path, systemClock);
    await marks.add([{ deadLetter, outcome: "purged" }]);
    await marks.close();
    expect(await countsOf(waiting)).toEqual({ soc: { send: 1 } });
  });

  it("are still counted when their file is set aside, and not any more when it is deleted", async () => {
    await write(2);
    const waiting = counting();
    await countsOf(waiting);
    const aside = join(folder, "soc.2026-11-25T17-00-00-000Z.jsonl");
    await rename(path, aside);
    await write(3);
    expect(await countsOf(waiting)).toEqual({ soc: { send: 5 } });
    await rm(aside);
    expect(await countsOf(waiting)).toEqual({ soc: { send: 3 } });
    await truncate(path);
    expect(await countsOf(waiting)).toEqual({});
  });

  it("are counted once their line is whole", async () => {
    await write(1);
    const waiting = counting();
    const line = `{"id":"x","destination":"soc","stage":"limit","event":{}}`;
    await appendFile(path, line.slice(0, 30));
    expect(await countsOf(waiting)).toEqual({ soc: { send: 1 } });
    await appendFile(path, `${line.slice(30)}\nno JSON\n`);
    expect(await countsOf(waiting)).toEqual({ soc: { send: 1, limit: 1 } });
  });

  it("are as many as a reading from the beginning finds, whatever happens in between", async () => {
    const step = fc.constantFrom("write", "mark", "aside", "count");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const name of await readdir(folder)) await rm(join(folder, name));
        const waiting = counting();
        for (const [index, one] of steps.entries()) {
          if (one === "write") await write(1 + (index % 3));
          else if (one === "mark") await mark((await waitingDeadLetters()).slice(0, 2));
          else if (one === "count") await countsOf(waiting);
          else await rename(path, join(folder, `soc.2026-11-25T17-00-00-0${10 + index}Z.jsonl`)).catch(() => undefined);
        }
        expect(await countsOf(waiting)).toEqual(await countsOf(counting()));
      }),
      { numRuns: 30 },
    );
  });
});
