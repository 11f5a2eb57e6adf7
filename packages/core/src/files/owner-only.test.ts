import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReceiver, eventFor } from "../../test/receiver.ts";
import { createHost } from "../host/host.ts";
import { silentLogger } from "../telemetry/logger.ts";
import { systemClock } from "../clock.ts";
import { readDeadLetters } from "../delivery/dead-letters/dead-letter-file.ts";
import { openDiskQueueStore } from "../delivery/queue/disk/disk-queue-store.ts";
import { takeReplayLock } from "../delivery/replay/replay-lock.ts";
import { openReplayMarks } from "../delivery/dead-letters/replay-marks.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "owner-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Everything below the folder that others may touch, or its owner may not. */
async function oddModes(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const modes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path, isFolder: entry.isDirectory(), mode: (await stat(path)).mode & 0o777 };
    }),
  );
  expect(modes.length).toBeGreaterThan(4);
  return modes
    .filter(({ isFolder, mode }) => mode !== (isFolder ? 0o700 : 0o600))
    .map(({ path, mode }) => `${path} ${mode.toString(8)}`);
}

/** A host whose queue and dead letters are in the folder, with an event in each, a mark and a lock. */
async function live(): Promise<void> {
  const held = createReceiver("held");
  const refused = createReceiver("refused");
  held.answer = () => ({ kind: "suspend", reason: "401" });
  refused.answer = () => ({ kind: "rejected", reason: "no", confirmed: true });
  const deadLetterPath = join(folder, "dead-letters", "deep");
  const queueStore = await openDiskQueueStore({
    path: join(folder, "queue"),
    clock: systemClock,
    logger: silentLogger,
  });
  const host = await createHost({ destinations: [held.destination, refused.destination], deadLetterPath, queueStore });
  await host.publish(eventFor("e"));
  await expect.poll(() => host.statusOf("refused")?.counts.deadLettered.rejected).toBe(1);
  const path = join(deadLetterPath, "refused.jsonl");
  const lock = await takeReplayLock(path);
  const marks = await openReplayMarks(path, systemClock);
  for await (const line of readDeadLetters(path)) {
    if (line.kind === "dead-letter") await marks.add([{ deadLetter: line.deadLetter, outcome: "settled" }]);
  }
  expect(await oddModes()).toEqual([]);
  await marks.close();
  await lock.release();
  await host.stop({ deadlineMs: 0 });
  expect(await oddModes()).toEqual([]);
}

describe.each([0o000, 0o022, 0o077, 0o777])("with the umask %o", (umask) => {
  let before: number;
  beforeEach(() => {
    before = process.umask(umask);
  });
  afterEach(() => {
    process.umask(before);
  });

  it("every file and folder that is written is its owner's alone", live);
});

describe("what is there already", () => {
  it("is taken from others where it is ours", async () => {
    for (const name of ["queue", "dead-letters", "dead-letters/deep"]) await mkdir(join(folder, name));
    await writeFile(join(folder, "dead-letters", "deep", "refused.jsonl"), "");
    await chmod(join(folder, "dead-letters", "deep", "refused.jsonl"), 0o666);
    await chmod(join(folder, "dead-letters", "deep"), 0o755);
    await chmod(join(folder, "dead-letters"), 0o700);
    await chmod(join(folder, "queue"), 0o755);
    await live();
  });

  it("is left alone where there are others' files in it, whose use is not known", async () => {
    const shared = join(folder, "dead-letters");
    await mkdir(join(shared, "deep"), { recursive: true });
    await writeFile(join(shared, "deep", "readme.txt"), "");
    await chmod(join(shared, "deep"), 0o755);
    await chmod(shared, 0o700);
    await live().catch(() => undefined);
    expect((await stat(join(shared, "deep"))).mode & 0o777).toBe(0o755);
    expect((await stat(join(shared, "deep", "refused.jsonl"))).mode & 0o777).toBe(0o600);
  });
});
