// What one event in a thousand that a firewall before the SIEM never lets pass costs the good ones: the time until each of
// them is stored, and how many wait.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLogger } from "@arbitex/core";
import { createHost, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import splunk from "@arbitex/connector-splunk";
import { createEventGenerator } from "@arbitex/simulators";

const PER_SECOND = 1000;
const EVERY_MS = 20;
const SECONDS = 25;
/** Until everything is compiled, and the first bad events are out of the way. */
const WARM_UP_SECONDS = 5;
const ANSWER_MS = 10;
const BAD = "' UNION SELECT 1 --";
/** An event that fails alone is tried for so long before it is given up, and counts as queued until then. */
const MOST_QUEUED = 400;

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly delivered: number;
  readonly dead: number;
  /** Most events waiting, in the first and in the second half. */
  readonly queued: readonly [number, number];
}

const folder = await mkdtemp(join(tmpdir(), "poisoned-"));
const without = await measured(0, "502");
show("none bad", without);
let isWell = true;
for (const answer of ["502", "reset", "413"] as const) {
  const bad = await measured(0.001, answer);
  show(`1 in 1,000 answered ${answer}`, bad);
  isWell &&= bad.p99 <= 2 * without.p99 && Math.max(...bad.queued) <= MOST_QUEUED;
}
await rm(folder, { recursive: true });
if (!isWell) process.stdout.write("p99 of the good events must be within twice that of none bad, and the queue flat\n");
process.exit(isWell ? 0 : 1);

function show(title: string, { p50, p99, delivered, dead, queued }: Measured): void {
  const times = `until stored: p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
  const counts = `${delivered} delivered, ${dead} dead-lettered, at most ${queued.join(" and then ")} queued`;
  process.stdout.write(`${title.padEnd(30)} ${times}; ${counts}\n`);
}

async function measured(share: number, answer: "502" | "reset" | "413"): Promise<Measured> {
  const publishedAt = new Map<string, number>();
  const latencies: number[] = [];
  let isMeasuring = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      setTimeout(() => {
        if (body.includes(BAD)) {
          if (answer === "reset") return request.socket.destroy();
          response.statusCode = Number(answer);
          return response.end("<html>refused</html>");
        }
        for (const [, id = ""] of body.matchAll(/"uid":"(event-\d+)"/g)) {
          const at = publishedAt.get(id);
          if (at !== undefined && isMeasuring) latencies.push(performance.now() - at);
          publishedAt.delete(id);
        }
        return response.end('{"text":"Success","code":0}');
      }, ANSWER_MS);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address with one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  const queueStore = await openDiskQueueStore({
    path: join(folder, `${share}-${answer}`),
    clock: systemClock,
    logger: silentLogger,
  });
  const host = await createHost({
    queueStore,
    deadLetterPath: join(folder, "dead-letters"),
    destinations: [
      {
        id: "splunk",
        connector: splunk,
        config: splunk.configSchema.parse({ url: `http://127.0.0.1:${port}`, token: "0123456789abcdef" }),
      },
    ],
  });
  const generator = createEventGenerator({ seed: 1, startTime: Date.now() });
  const queued: [number, number] = [0, 0];
  const startedAt = performance.now();
  for (let sent = 0; sent < PER_SECOND * SECONDS; ) {
    const now = performance.now();
    const due = Math.min(PER_SECOND * SECONDS, Math.floor(((now - startedAt) / 1000) * PER_SECOND));
    const events = Array.from({ length: due - sent }, (_, index) => {
      const number = sent + index;
      const isBad = share > 0 && number % Math.round(1 / share) === 500;
      if (!isBad) publishedAt.set(`event-${number}`, now);
      const event = generator.next();
      const metadata = { ...Object(event.metadata), uid: `event-${number}` };
      return { ...event, metadata, ...(isBad && { message: BAD }) };
    });
    if (events.length > 0) await host.publish(events);
    sent = due;
    const seconds = (performance.now() - startedAt) / 1000;
    isMeasuring = seconds > WARM_UP_SECONDS;
    const half = seconds < SECONDS / 2 ? 0 : 1;
    queued[half] = Math.max(queued[half], host.status().destinations[0]?.queued ?? 0);
    await sleep(EVERY_MS);
  }
  await sleep(6000);
  latencies.sort((a, b) => a - b);
  const counts = host.status().destinations[0]?.counts;
  await host.stop({ deadlineMs: 0 });
  server.closeAllConnections();
  server.close();
  return {
    p50: latencies[Math.floor(latencies.length / 2)] ?? 0,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    delivered: counts?.delivered ?? 0,
    dead: Object.values(counts?.deadLettered ?? {}).reduce((sum, count) => sum + count, 0),
    queued,
  };
}
