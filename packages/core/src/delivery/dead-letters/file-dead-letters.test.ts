import type { FileHandle } from "node:fs/promises";
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  utimes,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createFakeClock } from "../../../test/fake-clock.ts";
import { createEventRecord } from "../intake/accept-event.ts";
import type { DeadLetter, DeadLetters } from "./dead-letter.ts";
import type { DeadLetterLine } from "./dead-letter-file.ts";
import { readDeadLetters } from "./dead-letter-file.ts";
import { createFileDeadLetters } from "./file-dead-letters.ts";
import { deadLetterChunks } from "./dead-letter-chunks.ts";
import { createOpenHandles } from "../../files/open-handles.ts";

const clock = createFakeClock();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dead-letters-"));
});
afterEach(() => rm(folder, { recursive: true }));

function deadLetter(uid: string, message = "line\nbreak"): DeadLetter {
  const text = { class_uid: 6003, time: 1, message, metadata: { uid } };
  return {
    record: createEventRecord(text, 0),
    destinationId: "soc",
    type: "splunk_hec",
    stage: "send",
    reason: "503 Server is busy (code 9)",
    attempts: 4,
    ambiguous: true,
    firstAttemptAt: 1_741_824_000_000,
  };
}

async function linesOf(path: string): Promise<unknown[]> {
  const text = await readFile(path, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

/** Zero where the system does not tell. */
async function openFilesIn(path: string): Promise<number> {
  const names = await readdir("/proc/self/fd").catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
  return targets.filter((target) => target.startsWith(path) && target.endsWith(".jsonl")).length;
}

/** From now on every open file fails at this. */
async function breakFiles(method: "datasync" | "truncate") {
  const handle = await open(join(folder, "any"), "w");
  await handle.close();
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  const broken = vi.spyOn(prototype, method).mockRejectedValue(Object.assign(new Error("i/o error"), { code: "EIO" }));
  onTestFinished(() => broken.mockRestore());
  return broken;
}

describe("file dead letters", () => {
  it("write one line a dead letter in the documented form, readable by the owner only", async () => {
    const path = join(folder, "deep", "soc.jsonl");
    const deadLetters = createFileDeadLetters({ path, clock });
    await deadLetters.append([deadLetter("e1")]);
    expect(await linesOf(path)).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        destination: "soc",
        type: "splunk_hec",
        org_id: null,
        event_id: "e1",
        stage: "send",
        reason: "503 Server is busy (code 9)",
        attempts: 4,
        ambiguous: true,
        first_attempt_at: "2025-03-13T00:00:00.000Z",
        dead_lettered_at: "2025-03-13T00:00:00.000Z",
        event: { class_uid: 6003, time: 1, message: "line\nbreak", metadata: { uid: "e1" } },
      },
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await deadLetters.close();
  });

  it("keep every dead letter of many callers at a time", async () => {
    const path = join(folder, "soc.jsonl");
    const deadLetters = createFileDeadLetters({ path, clock });
    await Promise.all(Array.from({ length: 50 }, (_, index) => deadLetters.append([deadLetter(`e${index}`)])));
    expect(await linesOf(path)).toHaveLength(50);
    await deadLetters.close();
  });

  it("begin a line of their own after a torn one", async () => {
    const path = join(folder, "soc.jsonl");
    await appendFile(path, '{"id":"torn","event":{"cl');
    const deadLetters = createFileDeadLetters({ path, clock });
    await deadLetters.append([deadLetter("e1")]);
    const [, second] = (await readFile(path, "utf8")).split("\n");
    expect(JSON.parse(second ?? "")).toMatchObject({ event_id: "e1" });
    await deadLetters.close();
  });

  it("set a full file aside and lose nothing by it", async () => {
    const deadLetters = createFileDeadLetters({ path: join(folder, "soc.jsonl"), clock, rotateBytes: 1000 });
    for (let index = 0; index < 6; index++) {
      await deadLetters.append([deadLetter(`e${index}`)]);
      await clock.advance(1000);
    }
    await deadLetters.close();
    const files = await readdir(folder);
    expect(files.length).toBeGreaterThan(1);
    const all = await Promise.all(files.map((file) => linesOf(join(folder, file))));
    expect(all.flat()).toHaveLength(6);
  });

  it("keep files that were set aside for ever, unless a retention is set", async () => {
    const path = join(folder, "soc.jsonl");
    const old = join(folder, "soc.2020-01-01T00-00-00-000Z.jsonl");
    const other = join(folder, "socks.2020-01-01T00-00-00-000Z.jsonl");
    for (const file of [old, other]) {
      await appendFile(file, "{}\n");
      await utimes(file, 0, 0);
    }
    const keeping = createFileDeadLetters({ path, clock });
    await keeping.append([deadLetter("e1")]);
    await keeping.close();
    expect(await readdir(folder)).toHaveLength(3);
    const forgetting = createFileDeadLetters({ path, clock, retentionMs: 86_400_000 });
    await forgetting.append([deadLetter("e2")]);
    await forgetting.close();
    expect((await readdir(folder)).toSorted()).toEqual(["soc.jsonl", "socks.2020-01-01T00-00-00-000Z.jsonl"]);
    expect(await linesOf(path)).toHaveLength(2);
  });

  it.each(["datasync", "truncate"] as const)(
    "hold a dead letter once whose writing failed and was tried again, also where %s fails first",
    async (failing) => {
      const path = join(folder, "soc.jsonl");
      const deadLetters = createFileDeadLetters({ path, clock });
      await deadLetters.append([deadLetter("e1")]);
      const broken = await breakFiles("datasync");
      const alsoBroken = await breakFiles(failing);
      await expect(deadLetters.append([deadLetter("e2"), deadLetter("e3")])).rejects.toMatchObject({
        code: "SIEM_DEAD_LETTER_WRITE",
      });
      for (const method of [alsoBroken, broken]) method.mockRestore();
      await deadLetters.append([deadLetter("e2"), deadLetter("e3")]);
      expect(await linesOf(path)).toMatchObject([{ event_id: "e1" }, { event_id: "e2" }, { event_id: "e3" }]);
      await deadLetters.close();
    },
  );

  it("take nothing back that another process wrote to the same file after a failure", async () => {
    const path = join(folder, "soc.jsonl");
    const deadLetters = createFileDeadLetters({ path, clock });
    await deadLetters.append([deadLetter("e1")]);
    const broken = [await breakFiles("datasync"), await breakFiles("truncate")];
    await expect(deadLetters.append([deadLetter("e2")])).rejects.toMatchObject({ code: "SIEM_DEAD_LETTER_WRITE" });
    for (const method of broken) method.mockRestore();
    await appendFile(path, '{"event_id":"theirs"}\n');
    await deadLetters.append([deadLetter("e2")]);
    expect(await linesOf(path)).toMatchObject(["e1", "e2", "theirs", "e2"].map((event_id) => ({ event_id })));
    await deadLetters.close();
  });

  it("say where and why they cannot be written, and recover by themselves", async () => {
    const path = join(folder, "soc.jsonl");
    await mkdir(path);
    const deadLetters = createFileDeadLetters({ path, clock });
    await expect(deadLetters.append([deadLetter("e1")])).rejects.toMatchObject({
      code: "SIEM_DEAD_LETTER_WRITE",
      message: expect.stringContaining(path),
    });
    await rm(path, { recursive: true });
    await deadLetters.append([deadLetter("e1")]);
    expect(await linesOf(path)).toHaveLength(1);
    await deadLetters.close();
  });

  it("go into a new file once theirs was deleted or moved, with or without its folder", async () => {
    const path = join(folder, "deep", "soc.jsonl");
    const deadLetters = createFileDeadLetters({ path, clock });
    const ways: readonly (() => Promise<void>)[] = [
      () => rm(path),
      () => rename(path, `${path}.1`),
      () => rm(dirname(path), { recursive: true }),
      () => rename(dirname(path), join(folder, "moved")),
      async () => {
        await rm(path);
        await appendFile(path, "");
      },
    ];
    for (const takeAway of ways) {
      await deadLetters.append([deadLetter("before")]);
      await takeAway();
      await deadLetters.append([deadLetter("after"), deadLetter("after")]);
      expect(await linesOf(path)).toMatchObject([{ event_id: "after" }, { event_id: "after" }]);
      await rm(path);
    }
    await deadLetters.close();
  });

  it("are written again when their file is deleted before they are safe, and not when it is moved", async () => {
    const path = join(folder, "soc.jsonl");
    const deadLetters = createFileDeadLetters({ path, clock });
    for (const takeAway of [() => rm(path), () => rename(path, `${path}.1`)]) {
      const handle = await open(join(folder, "any"), "w");
      await handle.close();
      const prototype: FileHandle = Object.getPrototypeOf(handle);
      vi.spyOn(prototype, "datasync").mockImplementationOnce(takeAway);
      await deadLetters.append([deadLetter("e1")]);
      vi.restoreAllMocks();
    }
    expect(await linesOf(`${path}.1`)).toMatchObject([{ event_id: "e1" }, { event_id: "e1" }]);
    await deadLetters.append([deadLetter("e2")]);
    expect(await linesOf(path)).toMatchObject([{ event_id: "e2" }]);
    await deadLetters.close();
  });

  it("are one to a reader where a copy of the deleted file has them as well", async () => {
    const path = join(folder, "soc.jsonl");
    const deadLetters = createFileDeadLetters({ path, clock });
    const handle = await open(join(folder, "any"), "w");
    await handle.close();
    const prototype: FileHandle = Object.getPrototypeOf(handle);
    vi.spyOn(prototype, "datasync").mockImplementationOnce(async () => {
      await copyFile(path, `${path}.1`);
      await rm(path);
    });
    await deadLetters.append([deadLetter("e1"), deadLetter("e2")]);
    vi.restoreAllMocks();
    await deadLetters.close();
    expect([...(await linesOf(`${path}.1`)), ...(await linesOf(path))]).toHaveLength(4);
    const read: DeadLetterLine[] = [];
    for await (const line of readDeadLetters(path)) read.push(line);
    expect(read).toMatchObject([{ deadLetter: { eventId: "e1" } }, { deadLetter: { eventId: "e2" } }]);
  });

  it("set two files aside in one instant without losing the first", async () => {
    const deadLetters = createFileDeadLetters({ path: join(folder, "soc.jsonl"), clock, rotateBytes: 1 });
    for (const uid of ["e1", "e2", "e3"]) await deadLetters.append([deadLetter(uid)]);
    await deadLetters.close();
    const all = await Promise.all((await readdir(folder)).map((file) => linesOf(join(folder, file))));
    expect(all.flat()).toHaveLength(3);
  });

  it("are written in chunks, and all of them taken back when the last one fails", async () => {
    const path = join(folder, "soc.jsonl");
    const deadLetters = createFileDeadLetters({ path, clock });
    const large = Array.from({ length: 5 }, (_, index) => deadLetter(`e${index}`, "x".repeat(700_000)));
    expect(
      [...deadLetterChunks([{ deadLetters: large, ids: large.map(({ record }) => record.id), at: 0 }])].map(
        ({ length }) => length,
      ),
    ).toEqual([expect.closeTo(1_400_000, -4), expect.closeTo(1_400_000, -4), expect.closeTo(700_000, -4)]);
    const broken = await breakFiles("datasync");
    await expect(deadLetters.append(large)).rejects.toMatchObject({ code: "SIEM_DEAD_LETTER_WRITE" });
    broken.mockRestore();
    expect((await stat(path)).size).toBe(0);
    await deadLetters.append(large);
    expect(await linesOf(path)).toHaveLength(5);
    await deadLetters.close();
  });

  it("keep few files open, however many there are", async () => {
    const handles = createOpenHandles(5);
    const opened: DeadLetters[] = [];
    let most = 0;
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 40; index++) {
        opened[index] ??= createFileDeadLetters({ path: join(folder, `${index}.jsonl`), clock, handles });
      }
      await Promise.all(
        opened.map(async (deadLetters) => {
          await deadLetters.append([deadLetter(`e${round}`)]);
          most = Math.max(most, await openFilesIn(folder));
        }),
      );
    }
    // Those that are being closed are among them.
    expect(most).toBeLessThanOrEqual(10);
    for (const deadLetters of opened) await deadLetters.close();
    expect(await openFilesIn(folder)).toBe(0);
    for (let index = 0; index < 40; index++) {
      expect(await linesOf(join(folder, `${index}.jsonl`))).toMatchObject([{ event_id: "e0" }, { event_id: "e1" }]);
    }
  });
});
