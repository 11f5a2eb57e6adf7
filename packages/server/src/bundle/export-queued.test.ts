import { cp, mkdtemp, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@arbitex/core";
import type { AcceptedEvent, EventFilter } from "@arbitex/core/host";
import { inspectQueueFolder, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundleKeys, queueOnDisk, someEvents } from "../../test/bundles.ts";
import type { ExportOptions } from "./export-queued.ts";
import { exportQueued } from "./export-queued.ts";
import { textsOf } from "./import-bundle.ts";
import { queuedOnDisk } from "./queued-events.ts";
import { openBundle } from "./read-bundle.ts";

const keys = bundleKeys();
const events = someEvents(3500);

let folder: string;
let queue: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-"));
  queue = join(folder, "queue");
  path = join(folder, "bundle");
});
afterEach(() => rm(folder, { recursive: true }));

async function openQueue(filter?: EventFilter) {
  const store = await openDiskQueueStore({ path: queue, clock: systemClock, logger: silentLogger });
  return queuedOnDisk({ store, destinationId: "soc", filter, isWanted: () => true });
}

function exported(options: Partial<ExportOptions> = {}) {
  return exportQueued({
    path,
    isResumed: true,
    about: { destination: { id: "soc", type: null }, organisation: null },
    keys: keys.exporting,
    openQueue: () => openQueue(),
    signal: new AbortController().signal,
    onProgress() {},
    ...options,
  });
}

async function texts(): Promise<string[]> {
  const bundle = await openBundle(path, keys.importing.verify);
  const found: string[] = [];
  for await (const frame of textsOf(bundle, keys.importing)) found.push(...frame.texts);
  await bundle.file.close();
  return found;
}

const queued = async () => (await inspectQueueFolder(queue)).destinations[0]?.events ?? 0;
const jsonOf = (records: readonly AcceptedEvent[]) => records.map(({ json }) => json);

/** As after a kill: the bundle has events that the queue was not told of. */
async function killedBeforeAcks(bytesOf: (size: number) => number): Promise<void> {
  const before = join(folder, "before");
  await queueOnDisk(queue, "soc", [events]);
  await cp(queue, before, { recursive: true });
  await exported();
  await rm(queue, { recursive: true });
  await rename(before, queue);
  await rename(path, `${path}.partial`);
  const { length } = await readFile(`${path}.partial`);
  await truncate(`${path}.partial`, bytesOf(length));
}

it("settles events that a killed export had in the bundle, without writing them again", async () => {
  await killedBeforeAcks((size) => Math.floor(size * 0.6));
  const account = await exported();
  expect(account).toMatchObject({ delivered: 3500, resumed: 2000, bundle: { events: 3500 } });
  expect(await texts()).toEqual(jsonOf(events));
  expect(await queued()).toBe(0);
});

it("only settles where the bundle was whole already; what came meanwhile stays queued", async () => {
  await killedBeforeAcks((size) => size);
  await queueOnDisk(queue, "soc", [someEvents(10, 9)]);
  expect(await exported()).toMatchObject({ delivered: 3500, resumed: 3500, left: 10 });
  expect(await texts()).toEqual(jsonOf(events));
  expect(await queued()).toBe(10);
});

it("does not take another queue's events for those in the bundle", async () => {
  await killedBeforeAcks((size) => Math.floor(size * 0.6));
  await rm(queue, { recursive: true });
  const others = someEvents(100, 5);
  await queueOnDisk(queue, "soc", [others]);
  await expect(exported()).rejects.toMatchObject({ code: "SIEM_BUNDLE_INVALID" });
  expect(await queued()).toBe(100);
});

it("leaves an interrupted bundle to be finished, and refuses to finish it unasked or for another destination", async () => {
  await queueOnDisk(queue, "soc", [events]);
  const stop = new AbortController();
  const account = await exported({ signal: stop.signal, onProgress: () => stop.abort() });
  expect(account).toMatchObject({ isInterrupted: true, delivered: 1000 });
  expect(await queued()).toBe(2500);
  await expect(exported({ isResumed: false })).rejects.toThrow("--resume");
  const about = { destination: { id: "other", type: null }, organisation: null };
  await expect(exported({ about })).rejects.toThrow('it was begun for "soc"');
  await exported();
  expect(await texts()).toEqual(jsonOf(events));
});

it("settles what the destination's filter leaves out as filtered", async () => {
  await queueOnDisk(queue, "soc", [events]);
  const account = await exported({ openQueue: () => openQueue({ minSeverityId: 3 }) });
  const wanted = events.filter(({ severityId }) => severityId >= 3);
  expect(account).toMatchObject({ delivered: wanted.length, filtered: 3500 - wanted.length });
  expect(await texts()).toEqual(jsonOf(wanted));
  expect(await queued()).toBe(0);
});

it("keeps another file of the bundle's name", async () => {
  await queueOnDisk(queue, "soc", [events]);
  await writeFile(`${path}.partial`, "shopping list");
  await expect(exported()).rejects.toMatchObject({ code: "SIEM_BUNDLE_INVALID" });
  expect(await readFile(`${path}.partial`, "utf8")).toBe("shopping list");
});
