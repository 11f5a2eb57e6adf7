import type { Destination, Host, HostOptions, HostStatus } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import type { ImportKeys } from "./import-bundle.ts";
import { textsOf } from "./import-bundle.ts";
import { createImportQueueStore } from "./import-queue.ts";
import type { OpenBundle } from "./read-bundle.ts";
import type { SettledPositions } from "./settled-positions.ts";

export interface DeliverBundleOptions {
  /** A verified bundle. */
  readonly bundle: OpenBundle;
  readonly keys: ImportKeys;
  readonly destination: Destination;
  readonly positions: SettledPositions;
  readonly host: Omit<HostOptions, "destinations" | "queueStore">;
  readonly signal: AbortSignal;
  /** Called with the number of settled events, including those of earlier imports. */
  readonly onProgress: (settled: number) => void;
}

/** Limits memory to a few frames, read ahead while earlier ones are sent. */
const MAX_QUEUED_EVENTS = 4000;

/**
 * Delivers the unsettled events of a bundle in order, until all are settled, the destination is stuck or the signal
 * aborts. The bundle serves as the queue, so no event becomes a dead letter because the import ends.
 */
export async function deliverBundle(options: DeliverBundleOptions): Promise<HostStatus> {
  const { bundle, keys, destination, positions, signal, onProgress } = options;
  // The bundle's events are what it gets, whatever else is held.
  const { heldSince: _, ...delivery } = destination.delivery ?? {};
  const queueStore = createImportQueueStore((settled) => {
    positions.note(settled);
    onProgress(positions.settled);
  });
  const host = await createHost({
    ...options.host,
    queueStore,
    destinations: [{ ...destination, delivery: { ...delivery, ...importing } }],
    // The exporting host has already accepted these events, so they are not validated again.
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

// An import is a request to deliver now, so the destination's window does not apply.
const importing = {
  window: [],
  ordered: true,
  onExhausted: "hold",
  overflow: "reject",
  maxQueuedEvents: MAX_QUEUED_EVENTS,
} as const;

/** False when the destination is stuck or the host stops. Waits for a full queue while events leave it. */
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
