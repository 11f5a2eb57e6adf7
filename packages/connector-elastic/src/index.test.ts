import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator, startBulkSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import manifest from "../package.json" with { type: "json" };
import byDefault, { elastic } from "./index.ts";

it("is the default export, and what the manifest says", () => {
  expect(byDefault).toBe(elastic);
  const { apiVersion, type, envPrefix } = elastic;
  expect(manifest.arbitexConnector).toMatchObject({ apiVersion, type, envPrefix });
});

describe.each(["elasticsearch", "opensearch"] as const)("a sink to %s", (product) => {
  it.each(["none", "gzip"] as const)("stores each event once, however often it is sent (%s)", async (compression) => {
    const simulator = await startBulkSimulator({ product });
    onTestFinished(() => simulator.close());
    const context = createTestContext();
    onTestFinished(() => context.egress.close());
    const sink = await elastic.open(elastic.configSchema.parse(simulator.config), context);

    const generator = createEventGenerator({ seed: 1 });
    const events = Array.from({ length: 50 }, () => createEventRecord(generator.next()));
    for (const attempt of [1, 2]) {
      const batch = createTestBatch(elastic, sink, events, { attempt, compression });
      expect(await sink.send(batch, AbortSignal.timeout(10_000))).toEqual({ kind: "accepted" });
    }
    expect(simulator.counts().stored).toBe(50);
  });
});
