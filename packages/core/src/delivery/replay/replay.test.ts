import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineConnector } from "../../connector/connector.ts";
import { ndjson } from "../../connector/framing.ts";
import type { SendResult } from "../../connector/send-result.ts";
import { createHost } from "../../host/host.ts";
import { createEventRecord } from "../intake/accept-event.ts";
import { systemClock } from "../../clock.ts";
import type { StoredDeadLetter } from "../dead-letters/dead-letter-file.ts";
import { readDeadLetters } from "../dead-letters/dead-letter-file.ts";
import { createFileDeadLetters } from "../dead-letters/file-dead-letters.ts";
import type { ReplayOptions } from "./replay.ts";
import { replayDeadLetters } from "./replay.ts";
import { takeReplayLock } from "./replay-lock.ts";
import { marksPathOf, openReplayMarks } from "../dead-letters/replay-marks.ts";

let folder: string;
let path: string;
let sent: string[][];
let answer: (ids: readonly string[]) => SendResult;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "replay-"));
  path = join(folder, "soc.jsonl");
  sent = [];
  answer = () => ({ kind: "accepted" });
});
afterEach(() => rm(folder, { recursive: true }));

async function writeDeadLetters(count: number): Promise<void> {
  const deadLetters = createFileDeadLetters({ path, clock: systemClock });
  const facts = { destinationId: "soc", type: "test", stage: "send", reason: "503", attempts: 4 } as const;
  const all = Array.from({ length: count }, (_, index) => {
    const record = createEventRecord({ class_uid: 6003, time: 1, severity_id: 1, metadata: { uid: `e${index}` } });
    return { ...facts, record, ambiguous: false, firstAttemptAt: 1 };
  });
  await deadLetters.append(all);
  await deadLetters.close();
}

async function* deadLettersNotMarked(isMarked: (id: string) => boolean): AsyncGenerator<StoredDeadLetter> {
  for await (const line of readDeadLetters(path)) {
    if (line.kind === "dead-letter" && !isMarked(line.deadLetter.id)) yield line.deadLetter;
  }
}

async function replay(options: Partial<ReplayOptions> = {}) {
  const marks = await openReplayMarks(path, systemClock);
  const account = await replayDeadLetters({
    deadLetters: deadLettersNotMarked((id) => marks.has(id)),
    marks,
    chunkSize: 10,
    signal: new AbortController().signal,
    clock: systemClock,
    open: (watch) =>
      createHost({
        destinations: [destination],
        deadLetterPath: folder,
        openDeadLetters: (file) => watch(createFileDeadLetters({ path: file, clock: systemClock })),
      }),
    ...options,
  });
  await marks.close();
  return account;
}

const destination = {
  id: "soc",
  config: {},
  delivery: { onExhausted: "hold", maxRetries: 0 },
  connector: defineConnector({
    type: "test",
    displayName: "Test",
    guarantee: "accepted",
    configSchema: z.strictObject({}),
    limits: { maxBatchBytes: 100_000 },
    framing: ndjson,
    open: () => ({
      encode: (record) => record.json,
      async send({ records }) {
        const ids = records.map(({ id }) => id);
        sent.push(ids);
        return answer(ids);
      },
    }),
  }),
} as const;

/** Refuses new dead letters before the replay hears of them, as the limit of an organisation does. */
const openRefusing: ReplayOptions["open"] = (watch) =>
  createHost({
    destinations: [destination],
    deadLetterPath: folder,
    openDeadLetters: (file) => ({
      ...watch(createFileDeadLetters({ path: file, clock: systemClock })),
      append: () => Promise.reject(new Error("the disk is full")),
    }),
  });

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, "utf8")).trimEnd().split("\n");
}

describe("replay", () => {
  it("sends every dead letter's event once, and marks it so that it is not sent again", async () => {
    await writeDeadLetters(25);
    expect(await replay()).toEqual({
      offered: 25,
      settled: 25,
      deadLettered: 0,
      invalid: 0,
      end: { kind: "complete" },
    });
    expect(sent.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(await replay()).toMatchObject({ offered: 0 });
    expect(await linesOf(path)).toHaveLength(25);
  });

  it("writes a new dead letter for an event that is refused again, and marks the old one", async () => {
    await writeDeadLetters(3);
    answer = (ids) => ({
      kind: "partial",
      failures: ids.flatMap((id, index) => (id === "e1" ? [{ index, outcome: "rejected", reason: "no" }] : [])),
    });
    expect(await replay()).toMatchObject({ settled: 2, deadLettered: 1 });
    expect((await linesOf(path)).slice(3)).toEqual([expect.stringContaining('"stage":"rejected"')]);
    answer = () => ({ kind: "accepted" });
    expect(await replay()).toMatchObject({ offered: 1, settled: 1 });
  });

  it("leaves dead letters as they are when the destination refuses to take anything", async () => {
    await writeDeadLetters(15);
    answer = () => (sent.length === 1 ? { kind: "accepted" } : { kind: "suspend", reason: "403", fix: "Renew it." });
    expect(await replay()).toMatchObject({
      offered: 15,
      settled: 10,
      end: { kind: "stuck", reason: "403", fix: "Renew it." },
    });
    expect(await linesOf(path)).toHaveLength(15);
    answer = () => ({ kind: "accepted" });
    expect(await replay()).toMatchObject({ offered: 5, settled: 5, end: { kind: "complete" } });
  });

  it("marks nothing of a chunk whose refused event cannot be dead-lettered again", async () => {
    await writeDeadLetters(3);
    answer = (ids) => ({
      kind: "partial",
      failures: ids.flatMap((id, index) => (id === "e1" ? [{ index, outcome: "rejected", reason: "no" }] : [])),
    });
    expect(await replay({ open: openRefusing, signal: AbortSignal.timeout(2000) })).toMatchObject({
      settled: 0,
      deadLettered: 0,
    });
    answer = () => ({ kind: "accepted" });
    expect(await replay()).toMatchObject({ offered: 3, settled: 3 });
  }, 60_000);

  it("is held up by an outage instead of going through all the dead letters in vain", async () => {
    await writeDeadLetters(30);
    answer = () => ({ kind: "retry", reason: "503" });
    expect(await replay()).toMatchObject({ offered: 10, settled: 0, deadLettered: 0, end: { kind: "stuck" } });
    // The chunk, and three single events that were to show whether it was the chunk's fault.
    expect(sent.map(({ length }) => length)).toEqual([10, 1, 1, 1]);
  });

  it("ends after the chunk under way when it is cancelled", async () => {
    await writeDeadLetters(30);
    const cancel = new AbortController();
    const account = await replay({ signal: cancel.signal, onProgress: () => cancel.abort() });
    expect(account).toMatchObject({ offered: 10, settled: 10, end: { kind: "cancelled" } });
    expect(await replay()).toMatchObject({ offered: 20 });
  });

  it("marks in a new file when the one of the marks was deleted meanwhile", async () => {
    const marks = await openReplayMarks(path, systemClock);
    const deadLetter = { id: "1", destination: "soc", stage: "send" };
    await marks.add([{ deadLetter, outcome: "settled" }]);
    await rm(marksPathOf(path));
    await marks.add([{ deadLetter: { ...deadLetter, id: "2" }, outcome: "settled" }]);
    await marks.close();
    expect((await openReplayMarks(path, systemClock)).has("2")).toBe(true);
  });

  it("repeats only what was not marked when the marks were torn by a crash", async () => {
    await writeDeadLetters(20);
    await replay();
    const marks = await readFile(marksPathOf(path), "utf8");
    await writeFile(marksPathOf(path), marks.slice(0, marks.length - 20));
    expect(await replay()).toMatchObject({ offered: 1, settled: 1 });
    expect(await replay()).toMatchObject({ offered: 0 });
  });

  it("offers no more than the rate allows", async () => {
    await writeDeadLetters(6);
    const startedAt = performance.now();
    await replay({ perSecond: 20, chunkSize: 2 });
    expect(performance.now() - startedAt).toBeGreaterThan(190);
  });
});

describe("replay lock", () => {
  it("is held by one process, and free again when it is released", async () => {
    const lock = await takeReplayLock(path);
    await expect(takeReplayLock(path)).rejects.toMatchObject({ code: "SIEM_REPLAY_LOCKED" });
    await lock.release();
    await (await takeReplayLock(path)).release();
  });

  it("is taken over from a process that has died", async () => {
    const lock = await takeReplayLock(path);
    const owner = await readFile(`${path}.replay.lock`, "utf8");
    await lock.release();
    // The first is above the largest process id that Linux gives, the second that of a container's server in an earlier life.
    for (const dead of [{ pid: 2 ** 22 + 1 }, { startedAt: "1" }]) {
      await writeFile(`${path}.replay.lock`, JSON.stringify({ ...Object(JSON.parse(owner)), ...dead }));
      await (await takeReplayLock(path)).release();
    }
  });

  it("is given to one of two that ask for it at once", async () => {
    const taken = await Promise.allSettled([takeReplayLock(path), takeReplayLock(path)]);
    expect(taken.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    for (const one of taken) if (one.status === "fulfilled") await one.value.release();
  });
});
