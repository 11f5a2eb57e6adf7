import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReceiver } from "../../test/receiver.ts";
import { createMemoryQueueStore } from "../delivery/queue/memory-queue-store.ts";
import { composeHost } from "./compose-host.ts";
import { createHost } from "./host.ts";

describe("a host's composition", () => {
  let deadLetterPath: string;

  beforeEach(async () => {
    deadLetterPath = await mkdtemp(join(tmpdir(), "composed-"));
  });

  afterEach(() => rm(deadLetterPath, { recursive: true }));

  it("lets an embedder replace a part by registering another", async () => {
    const receiver = createReceiver("soc");
    const options = { destinations: [receiver.destination], deadLetterPath };
    const composition = composeHost(options);
    const appended: number[] = [];
    composition.register("queueStore", () => {
      const store = createMemoryQueueStore();
      return {
        ...store,
        async append(writeBatches) {
          appended.push(writeBatches.flatMap(({ records }) => records).length);
          await store.append(writeBatches);
        },
      };
    });
    const host = await createHost(options, composition);
    await host.publish({ class_uid: 6003, time: 1 });
    await host.settled();
    await host.stop();
    expect(appended).toEqual([1]);
    expect(receiver.received).toHaveLength(1);
  });

  it("makes each part once, when it is first asked for", () => {
    const made: string[] = [];
    const composition = composeHost({ destinations: [] });
    const { parts } = composition.child<{ readonly first: number; readonly second: number }>({
      first: () => made.push("first"),
      second: ({ first }) => first + made.push("second"),
    });
    expect(made).toEqual([]);
    expect([parts.second, parts.second, parts.first]).toEqual([3, 3, 1]);
    expect(made).toEqual(["first", "second"]);
  });

  it("hands a child the parts it was made from, and leaves them alone", () => {
    const composition = composeHost({ destinations: [] });
    const child = composition.child({ started: ({ clock }: typeof composition.parts) => clock.now() });
    child.register("clock", ({ logger }) => ({ ...composition.parts.clock, now: () => (logger ? 7 : 0) }));
    expect(child.parts.started).toBe(7);
    expect(composition.parts.clock.now()).toBeGreaterThan(7);
    expect(child.parts.logger).toBe(composition.parts.logger);
  });
});
