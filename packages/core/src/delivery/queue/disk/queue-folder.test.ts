import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drain, eventsOf, flip } from "../../../../test/queue-bench.ts";
import { silentLogger } from "../../../telemetry/logger.ts";
import { systemClock } from "../../../clock.ts";
import { openDiskQueueStore } from "./disk-queue-store.ts";
import { inspectQueueFolder, repairQueueFolder, verifyQueueFolder } from "./queue-folder.ts";

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "queue-"));
});
afterEach(() => rm(path, { recursive: true }));

const open = () => openDiskQueueStore({ path, clock: systemClock, logger: silentLogger, segmentBytes: 500 });

async function fill(): Promise<void> {
  const store = await open();
  const [a, b] = [await store.open("a"), await store.open("b")];
  for (const id of ["1", "2", "3", "4", "5"]) await store.append([{ records: eventsOf(id), queues: [a, b] }]);
  a.ack(a.take(4), "delivered");
  await store.close();
}

describe("the commands of a queue folder", () => {
  it("tell what is queued, while it is in use and when it is not", async () => {
    await fill();
    const store = await open();
    expect(await inspectQueueFolder(path)).toMatchObject({
      holder: { pid: process.pid },
      destinations: [
        { destinationId: "a", events: 1, oldestAcceptedAt: 1000, segments: 1 },
        { destinationId: "b", events: 5, segments: 2 },
      ],
    });
    await store.close();
    expect(await inspectQueueFolder(path)).toMatchObject({ holder: undefined, setAside: [] });
  });

  it("find damage that no start would meet, and repair it without losing the rest", async () => {
    await fill();
    expect((await verifyQueueFolder(path)).segments.flatMap(({ bad }) => bad)).toEqual([]);
    const [first = ""] = (await readdir(path)).filter((name) => name.endsWith(".log")).toSorted();
    const log = await readFile(join(path, first));
    flip(log, 120);
    await writeFile(join(path, first), log);
    const { segments } = await verifyQueueFolder(path);
    expect(segments.filter(({ bad }) => bad.length > 0)).toMatchObject([{ path: join(path, first), events: 3 }]);
    expect(await repairQueueFolder(path)).toMatchObject([{ path: join(path, first), kind: "set-aside" }]);
    expect((await verifyQueueFolder(path)).setAside).toEqual([`${first}.bad`]);
    const store = await open();
    expect(await drain(await store.open("b"))).toEqual(["2", "3", "4", "5"]);
    await store.close();
  });

  it("cut a torn end off", async () => {
    await fill();
    const last =
      (await readdir(path))
        .filter((name) => name.endsWith(".log"))
        .toSorted()
        .at(-1) ?? "";
    await truncate(join(path, last), (await readFile(join(path, last))).length - 5);
    expect(await repairQueueFolder(path)).toMatchObject([{ kind: "cut" }]);
    expect((await verifyQueueFolder(path)).segments.flatMap(({ bad }) => bad)).toEqual([]);
  });

  it("leave a folder in use alone, unless they only look", async () => {
    const store = await open();
    await expect(verifyQueueFolder(path)).rejects.toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
    await expect(repairQueueFolder(path)).rejects.toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
    await store.close();
  });

  it("do not make a folder that is not there", async () => {
    const missing = join(path, "missing");
    for (const act of [inspectQueueFolder, verifyQueueFolder, repairQueueFolder]) {
      await expect(act(missing)).rejects.toMatchObject({ code: "SIEM_QUEUE_FOLDER" });
    }
    expect(await readdir(path)).toEqual([]);
  });
});
