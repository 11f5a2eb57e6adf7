import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectorRegistry, Host } from "@arbitex/core/host";
import { variableOf } from "@arbitex/core/host";
import type { Simulator } from "@arbitex/testkit";
import { createEventGenerator, simulators } from "@arbitex/testkit";

/** Simulated SIEMs, and the environment variables that make destinations of them. */
export interface DemoTargets {
  readonly environment: Readonly<Record<string, string>>;
  readonly targets: readonly DemoTarget[];
  /** What is wrong with installed connectors that cannot take part. */
  readonly unusable: readonly string[];
  /** Ends the faults: what is sent while draining has one attempt only. */
  calm(): void;
  close(): Promise<void>;
}

export interface DemoTarget {
  readonly displayName: string;
  readonly url: string;
}

/** Now and then a SIEM is busy, so that there is something to see; nothing is lost by it. */
const FAULTS = "503:2%,429:1%:retry-after=1";
const FLUSH_SECONDS = "0.25";
const EVENTS_PER_TICK = 5;
const TICK_MS = 100;

/** Starts a simulator for every installed connector that has one. */
export async function startDemoTargets(registry: ConnectorRegistry): Promise<DemoTargets> {
  const started: Simulator[] = [];
  const targets: DemoTarget[] = [];
  const unusable: string[] = [];
  const environment: Record<string, string> = {
    SIEM_QUEUE: "memory",
    SIEM_DEAD_LETTER_PATH: join(tmpdir(), `arbitex-siem-demo-${process.pid}`),
  };
  for (const { type } of registry.packages) {
    const entry = simulators[type];
    if (entry === undefined) continue;
    const connector = await registry.load(type).catch((error: Error) => error);
    if (connector instanceof Error) {
      unusable.push(connector.message);
      continue;
    }
    const { envPrefix, displayName } = connector;
    if (envPrefix === undefined) continue;
    const simulator = await entry.start({ keep: "count", faults: FAULTS, seed: started.length + 1 });
    started.push(simulator);
    targets.push({ displayName, url: simulator.url });
    for (const [key, value] of Object.entries(simulator.config)) {
      environment[variableOf(envPrefix, key)] = String(value);
    }
    environment[variableOf(envPrefix, "flush_interval")] = FLUSH_SECONDS;
  }
  return {
    environment,
    targets,
    unusable,
    calm() {
      for (const simulator of started) simulator.faults.clear();
    },
    async close() {
      await Promise.all(started.map((simulator) => simulator.close()));
    },
  };
}

/** Publishes realistic events, 50 a second, until the returned function is called. */
export function feedDemoEvents(host: Host): () => void {
  const generator = createEventGenerator({ seed: 1, startTime: Date.now() });
  const publish = () => {
    const events = Array.from({ length: EVENTS_PER_TICK }, () => generator.next());
    // A host that has begun to stop takes no more; the feed is ended with it.
    host.publish(events).catch(() => clearInterval(timer));
  };
  const timer = setInterval(publish, TICK_MS);
  publish();
  return () => clearInterval(timer);
}

export function demoBanner({ targets, unusable }: DemoTargets, origin: string): readonly string[] {
  const width = Math.max(...targets.map(({ displayName }) => displayName.length));
  return [
    "DEMONSTRATION: no destination is configured. Made-up audit events, 50 a second,",
    "go to simulated SIEMs on this machine. Nothing leaves it, and nothing is real.",
    "",
    ...targets.map(({ displayName, url }) => `  ${displayName.padEnd(width)}  simulated at ${url}`),
    ...unusable.map((reason) => `  (not shown: ${reason})`),
    "",
    `Your own events:      POST them to ${origin}/v1/events`,
    `To look inside:       ${origin}/v1/destinations, /metrics`,
    "To deliver for real:  set SPLUNK_HEC_URL and SPLUNK_HEC_TOKEN, or write",
    "                      siem.config.yaml, and start again",
    "To end:               Ctrl-C delivers what is queued and prints the account",
    "",
  ];
}
