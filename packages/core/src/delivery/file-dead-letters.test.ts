import type { FileHandle } from "node:fs/promises";
import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createFakeClock } from "../../test/fake-clock.ts";
import { createEventRecord } from "./accept-event.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { createFileDeadLetters } from "./file-dead-letters.ts";

const clock = createFakeClock();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "letters-"));
});
afterEach(() => rm(folder, { recursive: true }));

function letter(uid: string): DeadLetter {
  const text = { class_uid: 6003, time: 1, message: "line\nbreak", metadata: { uid } };
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
  it("write one line a letter in the documented form, readable by the owner only", async () => {
    const path = join(folder, "deep", "soc.jsonl");
    const letters = createFileDeadLetters({ path, clock });
    await letters.append([letter("e1")]);
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
    await letters.close();
  });

  it("keep every letter of many callers at a time", async () => {
    const path = join(folder, "soc.jsonl");
    const letters = createFileDeadLetters({ path, clock });
    await Promise.all(Array.from({ length: 50 }, (_, index) => letters.append([letter(`e${index}`)])));
    expect(await linesOf(path)).toHaveLength(50);
    await letters.close();
  });

  it("begin a line of their own after a torn one", async () => {
    const path = join(folder, "soc.jsonl");
    await appendFile(path, '{"id":"torn","event":{"cl');
    const letters = createFileDeadLetters({ path, clock });
    await letters.append([letter("e1")]);
    const [, second] = (await readFile(path, "utf8")).split("\n");
    expect(JSON.parse(second ?? "")).toMatchObject({ event_id: "e1" });
    await letters.close();
  });

  it("set a full file aside and lose nothing by it", async () => {
    const letters = createFileDeadLetters({ path: join(folder, "soc.jsonl"), clock, rotateBytes: 1000 });
    for (let index = 0; index < 6; index++) {
      await letters.append([letter(`e${index}`)]);
      await clock.advance(1000);
    }
    await letters.close();
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
    await keeping.append([letter("e1")]);
    await keeping.close();
    expect(await readdir(folder)).toHaveLength(3);
    const forgetting = createFileDeadLetters({ path, clock, retentionMs: 86_400_000 });
    await forgetting.append([letter("e2")]);
    await forgetting.close();
    expect((await readdir(folder)).toSorted()).toEqual(["soc.jsonl", "socks.2020-01-01T00-00-00-000Z.jsonl"]);
    expect(await linesOf(path)).toHaveLength(2);
  });

  it.each(["datasync", "truncate"] as const)(
    "hold a letter once whose writing failed and was tried again, also where %s fails first",
    async (failing) => {
      const path = join(folder, "soc.jsonl");
      const letters = createFileDeadLetters({ path, clock });
      await letters.append([letter("e1")]);
      const broken = await breakFiles("datasync");
      const alsoBroken = await breakFiles(failing);
      await expect(letters.append([letter("e2"), letter("e3")])).rejects.toMatchObject({
        code: "SIEM_DEAD_LETTER_WRITE",
      });
      for (const method of [alsoBroken, broken]) method.mockRestore();
      await letters.append([letter("e2"), letter("e3")]);
      expect(await linesOf(path)).toMatchObject([{ event_id: "e1" }, { event_id: "e2" }, { event_id: "e3" }]);
      await letters.close();
    },
  );

  it("take nothing back that another process wrote to the same file after a failure", async () => {
    const path = join(folder, "soc.jsonl");
    const letters = createFileDeadLetters({ path, clock });
    await letters.append([letter("e1")]);
    const broken = [await breakFiles("datasync"), await breakFiles("truncate")];
    await expect(letters.append([letter("e2")])).rejects.toMatchObject({ code: "SIEM_DEAD_LETTER_WRITE" });
    for (const method of broken) method.mockRestore();
    await appendFile(path, '{"event_id":"theirs"}\n');
    await letters.append([letter("e2")]);
    expect(await linesOf(path)).toMatchObject(["e1", "e2", "theirs", "e2"].map((event_id) => ({ event_id })));
    await letters.close();
  });

  it("say where and why they cannot be written, and recover by themselves", async () => {
    const path = join(folder, "soc.jsonl");
    await mkdir(path);
    const letters = createFileDeadLetters({ path, clock });
    await expect(letters.append([letter("e1")])).rejects.toMatchObject({
      code: "SIEM_DEAD_LETTER_WRITE",
      message: expect.stringContaining(path),
    });
    await rm(path, { recursive: true });
    await letters.append([letter("e1")]);
    expect(await linesOf(path)).toHaveLength(1);
    await letters.close();
  });
});
