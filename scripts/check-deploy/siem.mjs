// A SIEM to deliver to, and events for it.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../bootstrap.mjs";

const { createEventGenerator, startHecSimulator } = await import(
  pathToFileURL(join(root, "packages/simulators/dist/index.js")).href
);

export const INGEST_TOKEN = "0123456789abcdef0123456789abcdef";

/** A simulated Splunk, with what a server needs to deliver to it. */
export async function startSiem() {
  const simulator = await startHecSimulator();
  const { url, token } = simulator.config;
  return {
    environment: {
      SPLUNK_HEC_URL: url,
      SPLUNK_HEC_TOKEN: token,
      SPLUNK_HEC_FLUSH_INTERVAL: "100ms",
      SIEM_INGEST_TOKEN: INGEST_TOKEN,
    },
    /** How many different events are stored. */
    count: () => new Set(simulator.ids).size,
    /** Whether it answers 503 from now on. */
    down: (isDown) => simulator.faults.set(isDown ? "503" : []),
    close: () => simulator.close(),
  };
}

const generator = createEventGenerator({ seed: 8 });

/** That many events, one on each line. */
export function bodyOf(count) {
  return Array.from({ length: count }, () => `${JSON.stringify(generator.next())}\n`).join("");
}

/** Posts that many events, which must all be accepted. */
export async function postEvents(origin, count) {
  const body = bodyOf(count);
  const headers = { "content-type": "application/x-ndjson", authorization: `Bearer ${INGEST_TOKEN}` };
  const response = await fetch(`${origin}/v1/events`, { method: "POST", headers, body });
  const answer = await response.json();
  if (response.status !== 202 || answer.accepted !== count) throw new Error(JSON.stringify(answer));
}
