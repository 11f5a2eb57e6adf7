// Time to open ten thousand destinations with the queue on disk, and what each takes: unused, and idle after its first event.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { collectGarbage } from "../collect-garbage.ts";
import { openOrgHost, orgDestination, orgEvent, startOrgSink } from "./org-host.ts";

export async function measureStart({ orgs }: { readonly orgs: number }): Promise<void> {
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "start-"));
  const sink = await startOrgSink();
  const host = await openOrgHost(folder, []);
  const before = memory();
  const startedAt = performance.now();
  for (let org = 0; org < orgs; org++) await host.open(orgDestination(org, sink.url));
  const openMs = Math.round(performance.now() - startedAt);
  const idle = eachSince(before, orgs);
  for (let org = 0; org < orgs; org++) {
    await host.publish(orgEvent(org));
    if (org % 200 === 199) await host.settled();
  }
  await host.settled();
  // Until the connections have been idle for so long that they are let go.
  await sleep(8000);
  const idleAfterUse = eachSince(before, orgs);
  process.stdout.write(`${JSON.stringify({ destinations: orgs, openMs, bytesEach: { idle, idleAfterUse } })}\n`);
  await host.stop({ deadlineMs: 0 });
  sink.close();
  rmSync(folder, { recursive: true, force: true });
}

/** V8 gives pages back over several collections, which come by themselves in a process that goes on. */
function memory(): NodeJS.MemoryUsage {
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    collectGarbage();
    const now = process.memoryUsage();
    if (now.rss >= before) return now;
    before = now.rss;
  }
}

function eachSince(before: NodeJS.MemoryUsage, count: number): { readonly heap: number; readonly rss: number } {
  const after = memory();
  return {
    heap: Math.round((after.heapUsed - before.heapUsed) / count),
    rss: Math.round((after.rss - before.rss) / count),
  };
}
