import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "@arbitex/core/host";
import type { FaultRule } from "@arbitex/simulators";
import { createEventGenerator, startOtlpSimulator } from "@arbitex/simulators";
import { expect, it } from "vitest";
import { otlpHttp } from "./index.ts";

/** What becomes of events, in batches of so many, of which the receiver refuses some in its first answer. */
async function deliver(count: number, batchSize: number, fault: FaultRule) {
  const siem = await startOtlpSimulator();
  siem.faults.script([fault]);
  const folder = await mkdtemp(join(tmpdir(), "otlp-"));
  const host = await createHost({
    destinations: [
      {
        id: "otlp",
        connector: otlpHttp,
        config: otlpHttp.configSchema.parse(siem.config),
        delivery: { batchSize, flushIntervalMs: 0, concurrency: 1 },
      },
    ],
    deadLetterPath: folder,
  });
  const events = createEventGenerator({ seed: 2 });
  await host.publish(Array.from({ length: count }, () => events.next()));
  await host.settled();
  const { counts, queued } = host.status().destinations[0] ?? {};
  await host.stop();
  const files = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  const text = (await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")))).join("");
  const letters = text.split("\n").filter((line) => line !== "");
  const siemCounts = siem.counts();
  await siem.close();
  await rm(folder, { recursive: true });
  return { counts, queued, siem: siemCounts, letters: letters.map((line): unknown => JSON.parse(line)) };
}

it("loses nothing where a receiver does not say which events it refused, and sends none again", async () => {
  const { counts, queued, siem, letters } = await deliver(20, 10, { kind: "partial", events: 2 });
  expect(counts).toMatchObject({ accepted: 20, delivered: 10, deadLettered: { rejected: 10 } });
  expect(queued).toBe(0);
  expect(siem).toMatchObject({ requests: 2, stored: 18, refused: 2, repeated: 0 });
  expect(letters).toHaveLength(10);
  for (const letter of letters) expect(letter).toMatchObject({ stage: "rejected", ambiguous: true, attempts: 1 });
});

it("names the refused event where each travels alone", async () => {
  const { counts, siem, letters } = await deliver(5, 1, { kind: "partial" });
  expect(counts).toMatchObject({ accepted: 5, delivered: 4, deadLettered: { rejected: 1 } });
  expect(siem).toMatchObject({ stored: 4, refused: 1, repeated: 0 });
  expect(letters).toMatchObject([{ stage: "rejected", ambiguous: false, reason: expect.stringMatching(/^refused: /) }]);
});
