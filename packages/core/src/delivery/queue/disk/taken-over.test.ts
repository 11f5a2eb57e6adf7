import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drain, eventsOf, takeRead } from "../../../../test/queue-bench.ts";
import { silentLogger } from "../../../telemetry/logger.ts";
import { systemClock } from "../../../clock.ts";
import type { DiskQueueStore } from "./disk-queue-store.ts";
import { openDiskQueueStore } from "./disk-queue-store.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "taken-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const options = { clock: systemClock, logger: silentLogger };

function openHolder(clock = systemClock): Promise<DiskQueueStore> {
  return openDiskQueueStore({ path: folder, ...options, clock });
}

/** As one in another container does, which cannot ask whether the holder lives. */
function takeOver(): Promise<DiskQueueStore> {
  const path = join(folder, "lock");
  return openDiskQueueStore({
    path: folder,
    ...options,
    async lock() {
      await rm(path);
      await writeFile(path, "another");
      return { isFromUnknown: true, isFresh: () => true, confirm: async () => {}, release: () => rm(path) };
    },
  });
}

/** Every file but the lock, with what is in it. */
async function contents(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name !== "lock").toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
}

describe("a queue folder that is taken over from a process that goes on", () => {
  it("gives every event that was accepted to the one that has it, and takes none from the other", async () => {
    const holder = await openHolder();
    const queue = await holder.open("a");
    await holder.append([{ records: eventsOf("1", "2"), queues: [queue] }]);
    const taker = await takeOver();
    const refused = holder.append([{ records: eventsOf("3"), queues: [queue] }]);
    await expect(refused).rejects.toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
    expect(await holder.trouble?.()).toMatch(/taken over the queue/);
    expect(await taker.trouble?.()).toBeUndefined();
    expect(await drain(await taker.open("a"))).toEqual(["1", "2"]);
    await taker.close();
    await holder.close();
    const next = await openHolder();
    expect(await drain(await next.open("a"))).toEqual([]);
    await next.close();
  });

  it("is not changed by what the other settles, seals or removes", async () => {
    let stoodStillMs = 0;
    const holder = await openHolder({ ...systemClock, now: () => Date.now() + stoodStillMs });
    const queue = await holder.open("a");
    await holder.append([{ records: eventsOf("1", "2"), queues: [queue] }]);
    const taker = await takeOver();
    const before = await contents();
    stoodStillMs = 6000;
    queue.ack(await takeRead(queue, 2), "delivered");
    const refused = holder.append([{ records: eventsOf("3"), queues: [queue] }]);
    await expect(refused).rejects.toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
    await holder.close();
    expect(await contents()).toEqual(before);
    expect(await drain(await taker.open("a"))).toEqual(["1", "2"]);
    await taker.close();
  });

  it("takes no event once the folder is gone, moved or another one, and takes them when it is back", async () => {
    const holder = await openHolder();
    const queue = await holder.open("a");
    const append = async (uid: string) => holder.append([{ records: eventsOf(uid), queues: [queue] }]);
    await append("1");
    await rename(folder, `${folder}.away`);
    await expect(append("2")).rejects.toMatchObject({ code: "SIEM_QUEUE_WRITE" });
    expect(await holder.trouble?.()).toMatch(/no such file/i);
    await rename(`${folder}.away`, folder);
    await append("3");
    await rm(join(folder, "00000002.log"), { force: true });
    await rm(join(folder, "00000001.log"), { force: true });
    await append("4").catch(() => append("4"));
    await holder.close();
    const next = await openHolder();
    const kept = await drain(await next.open("a"));
    expect(kept).toContain("4");
    expect(kept).not.toContain("2");
    await next.close();
  });
});
