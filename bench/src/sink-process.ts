// A simulated SIEM in a process of its own, so that a sender's CPU is the sender's alone.
import { findSimulator, startLogsIngestionSimulator } from "@arbitex/testkit";
import { SENTINEL_TOKEN } from "./senders/wire.ts";

const [type = ""] = process.argv.slice(2);
const entry = findSimulator(type);
if (entry === undefined) throw new Error(`there is no simulator of ${type}`);
const simulator =
  type === "sentinel"
    ? await startLogsIngestionSimulator({ keep: "count", staticToken: SENTINEL_TOKEN })
    : await entry.start({ keep: "count" });

process.on("message", () => process.send?.(simulator.counts()));
process.on("disconnect", () => process.exit());
process.send?.({ url: simulator.url, config: simulator.config });
