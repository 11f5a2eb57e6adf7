import type { AnyConnector, OcsfEvent } from "@arbitex/core";
import type { Clock, DeadLetter, DeliverySettings, DestinationStatus, Host } from "@arbitex/core/host";
import { createEgress, createHost } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { settingsFor } from "./configured.ts";
import { comesTrue } from "./comes-true.ts";
import { createFastClock } from "./fast-clock.ts";
import type { RecordingLogger } from "./recording.ts";
import { createRecordedDeadLetters, createRecordingLogger } from "./recording.ts";
import type { ScenarioSubject, SimulatedSiem } from "./subject.ts";

/** Without answers, events arrive when the receiver reads them. The slowest receiver begins after 30 s. */
const LONGEST_READING_MS = 45_000;

export interface RunOptions {
  readonly delivery?: Partial<DeliverySettings>;
  readonly maxBodyBytes?: number;
  /** Wraps the connector for the host, to observe the calls between them. */
  readonly wrap?: (connector: AnyConnector) => AnyConnector;
}

/** A real host with one destination, and the simulator it delivers to. */
export interface Run {
  readonly host: Host;
  readonly siem: SimulatedSiem;
  readonly clock: Clock;
  readonly deadLetters: readonly DeadLetter[];
  readonly logger: RecordingLogger;
  /** Every request to the simulator, with the run's time of its answer. */
  readonly requests: readonly AnsweredRequest[];
  status(): DestinationStatus;
  /** Closes the simulator while the host continues. */
  closeSiem(): Promise<void>;
  stop(): Promise<void>;
}

export interface AnsweredRequest {
  readonly at: number;
  readonly status: number | undefined;
  readonly fault: string | undefined;
}

const DESTINATION = "conformance";

export async function startRun(subject: ScenarioSubject, options: RunOptions = {}): Promise<Run> {
  const { connector, simulator } = subject;
  const { delivery = {}, maxBodyBytes, wrap = (same) => same } = options;
  const clock = createFastClock();
  const logger = createRecordingLogger();
  const recorded = createRecordedDeadLetters();
  const requests: AnsweredRequest[] = [];
  const siem = await simulator.start({
    onRequest: ({ status, fault }) => requests.push({ at: clock.now(), status, fault }),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
  });
  const host = await createHost({
    destinations: [
      {
        id: DESTINATION,
        connector: wrap(connector),
        config: connector.configSchema.parse(settingsFor(subject, siem)),
        delivery,
      },
    ],
    clock,
    logger,
    openDeadLetters: () => recorded,
    openEgress: () => createEgress({ environment: {} }),
  });
  let closing: Promise<void> | undefined;
  const closeSiem = () => (closing ??= siem.close());
  return {
    host,
    siem,
    clock,
    deadLetters: recorded.deadLetters,
    logger,
    requests,
    status() {
      const [status] = host.status().destinations;
      if (status === undefined) throw new Error("the host has lost its destination");
      return status;
    },
    closeSiem,
    async stop() {
      await host.stop({ deadlineMs: 0 });
      await closeSiem();
    },
  };
}

/**
 * Waits a limited time for settled events to arrive: without answers, an event may be settled while it is on its way.
 */
export async function settledAndThere(run: Run, isThere: () => boolean): Promise<void> {
  await run.host.settled();
  if (run.status().guarantee === "written") await comesTrue(isThere, LONGEST_READING_MS);
}

/** Events of the last minute. Every run gets the same ones, except for their time. */
export function recentEvents(count: number, seed = 1): readonly OcsfEvent[] {
  const generator = createEventGenerator({ seed, startTime: Date.now() - 60_000 });
  return Array.from({ length: count }, () => generator.next());
}

export function idOf({ metadata }: OcsfEvent): string {
  const uid = typeof metadata === "object" && metadata !== null && "uid" in metadata ? metadata.uid : undefined;
  if (typeof uid !== "string") throw new TypeError("an event of the suite has no metadata.uid");
  return uid;
}
