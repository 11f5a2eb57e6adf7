import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Secret } from "@arbitex/core";
import type { ConnectorRegistry, Host } from "@arbitex/core/host";
import type { Deployment } from "../../config/deployment.ts";
import { systemClock, variableOf } from "@arbitex/core/host";
import type { Simulator } from "@arbitex/simulators";
import { createEventGenerator, simulators } from "@arbitex/simulators";
import { createSetupLinkStore } from "../../access/setup-link-store.ts";
import { createTokenStore } from "../../access/token-store.ts";
import { setupUrl } from "../../api/setup-link-answer.ts";
import type { Database } from "../../database/database.ts";
import { createFernetKey } from "../../organisations/secrets/fernet-keys.ts";

/** Simulated SIEMs, and the environment variables that configure destinations for them. */
export interface DemoTargets {
  readonly environment: Readonly<Record<string, string>>;
  readonly targets: readonly DemoTarget[];
  /** Why installed connectors cannot take part. */
  readonly unusable: readonly string[];
  /** Ends the faults, because events sent while draining have one attempt only. */
  calm(): void;
  close(): Promise<void>;
}

export interface DemoTarget {
  readonly type: string;
  readonly displayName: string;
  readonly url: string;
  /** What the simulator wants of those who send to it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Simulates a busy SIEM now and then, so that retries can be seen. No event is lost by it. */
const FAULTS = "503:2%,429:1%:retry-after=1";
const FLUSH_SECONDS = "0.25";
const EVENTS_PER_TICK = 5;
const TICK_MS = 100;

/** Starts a simulator for every installed connector that has one. */
export async function startDemoTargets(registry: ConnectorRegistry): Promise<DemoTargets> {
  const started: Simulator[] = [];
  const targets: DemoTarget[] = [];
  const unusable: string[] = [];
  const folder = join(tmpdir(), `arbitex-siem-demo-${process.pid}`);
  const databasePath = join(folder, "database");
  const environment: Record<string, string> = {
    SIEM_QUEUE: "memory",
    SIEM_DEAD_LETTER_PATH: folder,
    ...(isEmbeddedInstalled() && { SIEM_DATABASE_PATH: databasePath, FERNET_KEY: createFernetKey() }),
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
    targets.push({ type, displayName, url: simulator.url, config: simulator.config });
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
      await rm(databasePath, { recursive: true, force: true });
    },
  };
}

/** The embedded database is optional; the demonstration runs without it. */
function isEmbeddedInstalled(): boolean {
  try {
    return import.meta.resolve("@electric-sql/pglite") !== "";
  } catch {
    return false;
  }
}

/**
 * Allows organisations' destinations to reach the simulators on this machine, which the egress guard otherwise refuses.
 */
export function reachingSimulators(deployment: Deployment): Deployment {
  const egress = { ...deployment.settings.egress, allow: ["127.0.0.0/8"], ports: ["1-65535"], plainHttp: true };
  return { ...deployment, settings: { ...deployment.settings, egress } };
}

/** Credentials for the API and the console. They are deleted with the demonstration's database. */
export interface DemoAccess {
  /** For everything. */
  readonly token: Secret;
  /** Of a set-up link of an organisation whose events are among those made up. */
  readonly setupToken: Secret;
}

const ORGANISATION = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const LINK_LASTS_MS = 24 * 3_600_000;

export async function demoAccess(database: Database | undefined): Promise<DemoAccess | undefined> {
  if (database === undefined) return undefined;
  const name = "demonstration";
  const tokens = createTokenStore({ database, clock: systemClock });
  const { token } = await tokens.create({ name, scope: { kind: "admin" }, expiresAt: null });
  const links = createSetupLinkStore({ database, clock: systemClock });
  const expiresAt = new Date(systemClock.now() + LINK_LASTS_MS);
  const made = await links.create({ orgId: ORGANISATION, name, createdBy: name, expiresAt });
  return { token, setupToken: made.token };
}

/** Publishes realistic events, 50 a second, until the returned function is called. */
export function feedDemoEvents(host: Host): () => void {
  const generator = createEventGenerator({ seed: 1, startTime: Date.now() });
  const publish = () => {
    const events = Array.from({ length: EVENTS_PER_TICK }, () => generator.next());
    // A stopping host refuses events, which also ends the feed.
    host.publish(events).catch(() => clearInterval(timer));
  };
  const timer = setInterval(publish, TICK_MS);
  publish();
  return () => clearInterval(timer);
}

export function demoBanner(
  { targets, unusable }: DemoTargets,
  origin: string,
  access: DemoAccess | undefined,
): readonly string[] {
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
    ...(access === undefined
      ? []
      : [
          `The console:          ${setupUrl(origin, access.setupToken.reveal())}`,
          "                      connects a SIEM for a made-up organisation; to see all of",
          "                      them, sign in with the token below",
          ...toTry(targets),
          `Organisations' own:   ${origin}/openapi.json; for as long as this runs:`,
          `                      curl -H "authorization: Bearer ${access.token.reveal()}" \\`,
          `                        ${origin}/api/admin/siem/connectors`,
        ]),
    "To deliver for real:  set SPLUNK_HEC_URL and SPLUNK_HEC_TOKEN, or write",
    "                      siem.config.yaml, and start again",
    "To end:               Ctrl-C delivers what is queued and prints the account",
    "",
  ];
}

/** What to enter in the console; the simulated Splunk takes the fewest settings. */
function toTry(targets: readonly DemoTarget[]): readonly string[] {
  const splunk = targets.find(({ type }) => type === "splunk_hec");
  if (splunk === undefined) return [];
  const { url, token } = splunk.config;
  return [
    `                      Try ${splunk.displayName}: URL ${String(url)}`,
    `                        token ${String(token)}`,
  ];
}
