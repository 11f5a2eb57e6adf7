import { createEgress, createHost } from "@arbitex/core/host";
import { createEventGenerator, startXsiamSimulator } from "@arbitex/simulators";
import { expect, it, onTestFinished } from "vitest";
import { cortexXsiam } from "./index.ts";

it.each(["gzip", "none"] as const)("delivers with the compression of the collector alone: %s", async (compression) => {
  const siem = await startXsiamSimulator({ compression });
  const host = await createHost({
    destinations: [
      { id: "xsiam", connector: cortexXsiam, config: cortexXsiam.configSchema.parse(siem.config), delivery: {} },
    ],
    openDeadLetters: () => ({ async append() {}, async close() {} }),
    openEgress: () => createEgress({ environment: {} }),
  });
  onTestFinished(async () => {
    await host.stop({ deadlineMs: 0 });
    await siem.close();
  });
  const events = createEventGenerator({ seed: 3 });
  await host.publish(Array.from({ length: 250 }, () => events.next()));
  await host.settled();
  expect(siem.counts()).toEqual({ requests: 3, stored: 250, repeated: 0, refused: 0 });
  expect(new Set(siem.requests.map(({ headers }) => headers["content-encoding"] ?? "none"))).toEqual(
    new Set([compression]),
  );
});
