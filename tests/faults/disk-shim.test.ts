import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createDiskShim } from "../../faults/src/shim/disk.ts";

it("a disk that is broken or full refuses an append to a log that is open, and takes the next one when it is well", async () => {
  const folder = await mkdtemp(join(tmpdir(), "shim-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const shim = await createDiskShim();
  // Only now: the store takes the functions of the disk when it is loaded.
  const { createEventRecord, openDiskQueueStore, systemClock } = await import("@arbitex/core/host");
  const { silentLogger } = await import("@arbitex/core");
  const store = await openDiskQueueStore({ path: folder, clock: systemClock, logger: silentLogger });
  const queue = await store.open("soc");
  const append = async (uid: string) =>
    store.append([
      {
        records: [createEventRecord({ class_uid: 6003, time: 1, message: "x".repeat(2000), metadata: { uid } })],
        queues: [queue],
      },
    ]);

  await append("e1");
  for (const failure of ["sync", "full"] as const) {
    shim.become(failure);
    await expect(append(failure), failure).rejects.toMatchObject({ code: "SIEM_QUEUE_WRITE" });
    shim.become("well");
    await append(`after ${failure}`);
  }
  expect(queue.size).toBe(3);
  await store.close();
});
