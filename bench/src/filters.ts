// What filters and redactions cost: five destinations with none, with a filter each, with the same filter and redaction
// each, and with a filter and redaction of their own each, in alternating rounds. CPU of this process, as the sinks run in
// others, so that a busy machine hardly changes the ratios.
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Destination } from "@arbitex/core/host";
import { configuredDestination, createConnectorRegistry, createHost, discoverConnectors } from "@arbitex/core/host";
import { addressOf, BATCH_SIZE, everySink } from "./contender.ts";
import { generateEvents } from "./events.ts";
import { repositoryRoot } from "./repository-root.ts";
import type { RunningSinks } from "./sinks.ts";
import { startSinks } from "./sinks.ts";

type Settings = {
  readonly cel?: string;
  readonly redact?: { readonly path: string; readonly action: "hmac" | "mask" };
};

const CEL =
  'class_uid in [3001, 3002, 6003, 2001, 2004] && (severity_id >= 4 || actor.user.name != "nobody" || !has(actor.user.name))';
const PATHS = ["actor.user.email_addr", "actor.user.name", "src_endpoint.ip", "message", "http_request.user_agent"];
const HMAC = { path: "actor.user.email_addr", action: "hmac" } as const;

/** Settings of the destination of this index; each lets every event pass. */
const variants: Readonly<Record<string, (index: number) => Settings>> = {
  none: () => ({}),
  "a filter each": () => ({ cel: CEL }),
  "a redaction each, the same": () => ({ redact: HMAC }),
  "both, the same": () => ({ cel: CEL, redact: HMAC }),
  "both, of their own": (index) => ({
    cel: `class_uid != ${index + 1} && (severity_id > 5 || actor.user.name != "${index}" || !has(actor.user.name))`,
    redact: { path: PATHS[index] ?? "message", action: "mask" },
  }),
};

const PUBLISHED = 500;
/** Destinations stay close to each other, as with a steady stream; far apart, each finds an event's members for itself. */
const MOST_QUEUED = 1000;

export async function measureFilters({ events, rounds }: { readonly events: number; readonly rounds: number }) {
  const sinks = await startSinks(everySink);
  const texts = [...generateEvents(events)].map((event) => JSON.stringify(event));
  const best = new Map<string, number>();
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, settings] of Object.entries(variants)) {
      const seconds = await deliver(await destinationsFor(sinks, settings), texts);
      if (round > 0) best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, seconds));
    }
  }
  const none = best.get("none") ?? Number.NaN;
  for (const [name, seconds] of best) {
    const micros = ((seconds / events) * 1e6).toFixed(1).padStart(6);
    process.stdout.write(`${micros} µs of CPU an event, ${(seconds / none).toFixed(2)} × none: ${name}\n`);
  }
  sinks.stop();
  process.exit();
}

async function destinationsFor(
  { addresses }: RunningSinks,
  settings: (index: number) => Settings,
): Promise<readonly Destination[]> {
  const registry = createConnectorRegistry(await discoverConnectors(repositoryRoot));
  const built = everySink.map(async (type, index) => {
    const { cel, redact } = settings(index);
    const { destination, problems } = await configuredDestination(
      {
        id: type,
        type,
        config: addressOf(addresses, type).config,
        ...(cel !== undefined && { filter: { cel } }),
        delivery: {
          batch_size: BATCH_SIZE,
          flush_interval: 1,
          max_queued_events: MOST_QUEUED,
          ...(redact !== undefined && { redact: [redact] }),
        },
      },
      { registry },
    );
    if (destination === undefined) throw new Error(JSON.stringify(problems));
    return destination;
  });
  return Promise.all(built);
}

/** Returns the CPU seconds from the first publish to the last answer. Throws unless everything was delivered. */
async function deliver(destinations: readonly Destination[], texts: readonly string[]): Promise<number> {
  const host = await createHost({
    destinations,
    deadLetterPath: join(tmpdir(), "bench-filters-dead-letters"),
    redaction: { key: "0123456789abcdef0123456789abcdef" },
    egress: {},
  });
  const before = process.cpuUsage();
  for (let at = 0; at < texts.length; at += PUBLISHED) {
    await host.publishTexts(texts.slice(at, at + PUBLISHED), { waitForCapacity: true });
  }
  await host.settled();
  const { user, system } = process.cpuUsage(before);
  for (const { id, counts } of host.status().destinations) {
    if (counts.delivered !== texts.length) throw new Error(`${id}: ${JSON.stringify(counts)}`);
  }
  await host.stop({ deadlineMs: 0 });
  return (user + system) / 1e6;
}
