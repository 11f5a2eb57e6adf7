// The organisation with a backlog, whose SIEM refused its credential for a while.
import type { Host } from "@arbitex/core/host";
import { generateEvents } from "../events.ts";
import type { IsOver } from "./load.ts";
import { after } from "./load.ts";
import { orgDestination } from "./org-host.ts";

/** The organisation's number. */
export const BEHIND = 3;
/** It goes out in large batches with gzip and all the concurrency that a destination may have. */
const delivery = { batchSize: 2000, concurrency: 4, compression: "gzip", flushIntervalMs: 0 } as const;
/** Until a backlog is given up that is not delivered. */
const LONGEST_DRAIN_MS = 120_000;
const FILLED_TOGETHER = 500;

export function backlogDestination(url: string) {
  return orgDestination(BEHIND, url, delivery);
}

export async function fillBacklog(host: Host, events: number): Promise<void> {
  let texts: string[] = [];
  for (const event of generateEvents(events)) {
    const { actor } = event;
    const org = { uid: `org-${BEHIND}` };
    texts.push(JSON.stringify({ ...event, actor: { ...(typeof actor === "object" && actor), org } }));
    if (texts.length < FILLED_TOGETHER) continue;
    await host.publishTexts(texts);
    texts = [];
  }
  await host.publishTexts(texts);
}

/** Whether the backlog is out, but for what the load adds to it. */
export function drained(host: Host): IsOver {
  const isTooLate = after(LONGEST_DRAIN_MS);
  return () => (host.statusOf(`splunk-${BEHIND}`)?.queued ?? 0) < 100 || isTooLate();
}
