// A simulated SIEM in a process of its own, so that a sender's CPU is the sender's alone.
import { randomUUID } from "node:crypto";
import type { SimulatorEntry } from "@arbitex/simulators";
import {
  findSimulator,
  startDatadogSimulator,
  startHecSimulator,
  startLogsIngestionSimulator,
  testCertificates,
} from "@arbitex/simulators";
import { SENTINEL_TOKEN } from "./senders/wire.ts";

// Of its own each time: somebody who still sends to a port that was another's before is refused, and not counted.
const credential = randomUUID();

const starts: Readonly<Record<string, SimulatorEntry["start"]>> = {
  splunk_hec: (options) => startHecSimulator({ ...options, token: credential }),
  datadog: (options) => startDatadogSimulator({ ...options, apiKey: credential.replaceAll("-", "") }),
  sentinel: (options) => startLogsIngestionSimulator({ ...options, staticToken: SENTINEL_TOKEN }),
};

const [type = "", scheme = "http"] = process.argv.slice(2);
const start = starts[type] ?? findSimulator(type)?.start;
if (start === undefined) throw new Error(`there is no simulator of ${type}`);
const simulator = await start({ keep: "count", ...(scheme === "https" && { tls: testCertificates.server }) });

process.on("message", () => process.send?.(simulator.counts()));
process.on("disconnect", () => process.exit());
process.send?.({ url: simulator.url, config: simulator.config });
