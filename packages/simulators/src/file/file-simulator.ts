import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRandom } from "../events/random.ts";
import { eventIdOf } from "../simulator/event-id.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { createFaultPlan } from "../simulator/fault-plan.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import { sealedBytes, textBetween } from "./sealed-text.ts";

/**
 * Simulates a destination of type `file`: a folder, whose sealed content is read on every access. A folder gives no
 * answers, so there are no faults. It is removed at the end.
 */
export async function startFileSimulator({
  keep = "all",
  seed = 1,
}: SimulatorOptions = {}): Promise<Simulator<string>> {
  const volume = mkdtempSync(join(tmpdir(), "audit-files-"));
  const folder = join(volume, "audit");
  const store = createEventStore<string>(keep);
  const collected = new Map<string, number>();

  function collect() {
    for (const stem of stemsOf(folder)) {
      const from = collected.get(stem) ?? 0;
      const to = sealedBytes(join(folder, stem));
      if (to <= from) continue;
      for (const line of textBetween(join(folder, stem), from, to).split("\n").slice(0, -1)) {
        store.addAgain(eventIdOf(line), () => line);
      }
      collected.set(stem, to);
    }
    return store;
  }

  return {
    type: "file",
    url: pathToFileURL(folder).href,
    config: { path: folder },
    get stored() {
      return collect().stored;
    },
    get ids() {
      return collect().ids;
    },
    requests: [],
    faults: createFaultPlan(createRandom(seed)),
    counts: () => ({ requests: 0, ...collect().counts() }),
    reset() {
      collect().reset();
    },
    async close() {
      rmSync(volume, { recursive: true, force: true });
    },
  };
}

function stemsOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const stems = readdirSync(folder).flatMap((name) => /^(.+)\.chain(?:\.open)?$/.exec(name)?.[1] ?? []);
  return [...new Set(stems)].toSorted();
}
