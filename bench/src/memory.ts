// What waiting events and idle destinations take: events in flight to five destinations that do not answer, and ten thousand
// destinations that get none.
import { collectGarbage } from "./collect-garbage.ts";
import { BATCH_SIZE, everySink } from "./contender.ts";
import { generateEvents } from "./events.ts";
import { SilentSiems } from "./silent-siems.ts";
import { openStubHost } from "./stub-host.ts";

const EVENTS = 1_000_000;
const DESTINATIONS = 10_000;

await idleDestinations();
await waitingEvents();
process.exit();

async function idleDestinations(): Promise<void> {
  const siems = new SilentSiems();
  // Whatever is made once for all of them.
  await openStubHost(everySink, siems);
  const before = memory();
  const timersBefore = timers();
  const host = await openStubHost(everySink, siems, { copies: DESTINATIONS / everySink.length });
  const each = (memory() - before) / DESTINATIONS;
  const more = timers() - timersBefore;
  process.stdout.write(`${DESTINATIONS} idle destinations: ${(each / 1024).toFixed(1)} KB each, ${more} timers\n`);
  await host.stop();
}

async function waitingEvents(): Promise<void> {
  const siems = new SilentSiems();
  siems.hangs = true;
  const host = await openStubHost(everySink, siems, { maxQueuedEvents: EVENTS });
  const before = memory();
  let bytes = 0;
  let batch: string[] = [];
  for (const event of generateEvents(EVENTS)) {
    const text = JSON.stringify(event);
    bytes += Buffer.byteLength(text);
    batch.push(text);
    if (batch.length < BATCH_SIZE) continue;
    await host.publishTexts(batch);
    batch = [];
  }
  const each = (memory() - before) / EVENTS;
  const { queued = 0 } = host.status().destinations[0] ?? {};
  const size = Math.round(bytes / EVENTS);
  const found = `${(each / 1024).toFixed(2)} KB each`;
  process.stdout.write(`${queued} events of ${size} bytes in flight to ${everySink.length} destinations: ${found}\n`);
}

/** Bytes of the heap and of all buffers that are in use. */
function memory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}
