import type { Destination, Host, HostOptions, HostStatus } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import type { ImportKeys } from "./import-bundle.ts";
import { textsOf } from "./import-bundle.ts";
import { createImportQueueStore } from "./import-queue.ts";
import type { OpenBundle } from "./read-bundle.ts";
import type { SettledPositions } from "./settled-positions.ts";

export interface DeliverBundleOptions {
  /** Verified. */
  readonly bundle: OpenBundle;
  readonly keys: ImportKeys;
  readonly destination: Destination;
  readonly positions: SettledPositions;
  readonly host: Omit<HostOptions, "destinations" | "queueStore">;
  readonly signal: AbortSignal;
  /** Events settled by now, those of earlier imports included. */
  readonly onProgress: (settled: number) => void;
}

/** What waits in memory: a few frames, while the one before is sent. */
const MAX_QUEUED_EVENTS = 4000;

/**
 * Delivers what of a bundle is not settled, in order, until all is, the destination is stuck or the signal comes. The bundle
 * is the queue: nothing becomes a dead letter only because the import ends.
 */
export async function deliverBundle(options: DeliverBundleOptions): Promise<HostStatus> {
  const { bundle, keys, destination, positions, signal, onProgress } = options;
  const queueStore = createImportQueueStore((settled) => {
    positions.note(settled);
    onProgress(positions.settled);
  });
  const host = await createHost({
    ...options.host,
    queueStore,
    destinations: [{ ...destination, delivery: { ...destination.delivery, ...importing } }],
    // Another host has accepted these events: what that one took, this one takes.
    validation: "off",
    intakeLimits: { maxEventBytes: Number.MAX_SAFE_INTEGER, maxDepth: Number.MAX_SAFE_INTEGER },
  });
  const stopNow = () => void host.stop({ deadlineMs: 0 });
  signal.addEventListener("abort", stopNow, { once: true });
  try {
    for await (const { first, texts } of textsOf(bundle, keys)) {
      if (signal.aborted) break;
      const open = texts
        .map((text, index) => ({ text, position: first + index }))
        .filter(({ position }) => !positions.has(position));
      if (open.length === 0) continue;
      queueStore.expect(open.map(({ position }) => position));
      if (
        !(await isPublished(
          host,
          open.map(({ text }) => text),
        ))
      )
        break;
      positions.sync();
    }
    if (!signal.aborted) await host.settled();
  } finally {
    signal.removeEventListener("abort", stopNow);
    await host.stop({ deadlineMs: 0 });
  }
  return host.status();
}

// Whoever runs an import wants it now, whatever the destination's window says.
const importing = {
  window: [],
  ordered: true,
  onExhausted: "hold",
  overflow: "reject",
  maxQueuedEvents: MAX_QUEUED_EVENTS,
} as const;

/** False when the destination is stuck or the host stops. A full queue that moves is waited for. */
async function isPublished(host: Host, texts: readonly string[]): Promise<boolean> {
  for (;;) {
    try {
      await host.publishTexts(texts, { waitForCapacity: true });
      return true;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "SIEM_HOST_STOPPED") return false;
      if (code !== "SIEM_QUEUE_FULL") throw error;
      await host.settled();
      if (host.status().destinations.some(({ queued }) => queued > 0)) return false;
    }
  }
}
