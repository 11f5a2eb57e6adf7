import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../../test/fake-clock.ts";
import type { FileOperation, MemoryFiles } from "../../../../test/memory-files.ts";
import { createMemoryFiles, errorOf } from "../../../../test/memory-files.ts";
import { eventsOf, openStore, QUEUE_FOLDER } from "../../../../test/queue-bench.ts";

describe("the trouble of a disk queue", () => {
  it.each<[FileOperation, string]>([
    ["open", "EROFS"],
    ["write", "ENOSPC"],
    ["sync", "EIO"],
  ])("is found by trying, without an event: %s fails with %s", async (operation, code) => {
    const clock = createFakeClock();
    const files = createMemoryFiles();
    const store = await openStore(files, { clock });
    expect(await store.trouble?.()).toBeUndefined();
    files.fail = (failing) => (failing === operation ? errorOf(code, "broken") : undefined);
    // Asking all the time does not wear the disk out.
    expect(await store.trouble?.()).toBeUndefined();
    await clock.advance(1000);
    expect(await store.trouble?.()).toMatch(new RegExp(`queue in ${QUEUE_FOLDER}: .*${code}`));
    files.fail = () => undefined;
    await clock.advance(1000);
    expect(await store.trouble?.()).toBeUndefined();
    const queue = await store.open("a");
    await store.append([{ records: eventsOf("1"), queues: [queue] }]);
    await store.close();
    expect(await files.names(QUEUE_FOLDER)).toEqual(["acks", "00000001.log"]);
  });

  it("is a disk that is full for events, though not for less", async () => {
    const files = createMemoryFiles();
    const store = await openStore(files);
    files.capacity = files.bytes + 700;
    expect(await store.trouble?.()).toMatch(/ENOSPC/);
    await store.close();
  });

  it("is a disk that hangs", async () => {
    const clock = createFakeClock();
    const files = createMemoryFiles();
    const hanging: MemoryFiles = {
      ...files,
      async createSafe(path) {
        return { ...(await files.createSafe(path)), writeSafe: () => new Promise(() => undefined) };
      },
    };
    const store = await openStore(hanging, { clock });
    const trouble = store.trouble?.();
    await clock.advance(5000);
    expect(await trouble).toMatch(/has not been written to for 5 s/);
  });
});
