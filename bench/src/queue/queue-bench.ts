// What the disk queue costs, on this machine and its disk.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureAppend } from "./append.ts";
import type { QueueRun } from "./queue-run.ts";
import { measureDead, measureDrain, measureIdle, measureOutage } from "./standing.ts";

const measurements: Readonly<Record<string, (bench: QueueRun) => Promise<void>>> = {
  append: measureAppend,
  drain: measureDrain,
  idle: measureIdle,
  dead: measureDead,
  outage: measureOutage,
};

export async function measureQueue(name: string, batches: number): Promise<void> {
  const measurement = measurements[name];
  if (measurement === undefined)
    throw new Error(`queue measures ${Object.keys(measurements).join(", ")}, not "${name}"`);
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "queue-"));
  try {
    await measurement({ folder, batches });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
