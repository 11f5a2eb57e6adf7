import type { Batch, ConnectorContext, EventRecord, Sink } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createTestBatch } from "../context/test-batch.ts";
import { createTestContext } from "../context/test-context.ts";
import { asOwn, configured, settingsFor } from "./configured.ts";
import { recentEvents } from "./run.ts";
import type { ScenarioSubject, Settings, SimulatedSiem, SimulatedSiemOptions } from "./subject.ts";

/** A sink that is connected to a running simulator without a host. */
export interface OpenedSink {
  readonly siem: SimulatedSiem;
  readonly sink: Sink;
  readonly context: ConnectorContext;
  /** Statuses of the SIEM's answers so far; undefined for a request without an answer. */
  readonly answers: readonly (number | undefined)[];
  /** Makes a batch of some events, as the connector's destination would pack it. */
  readonly batch: (seed?: number) => Batch;
  /** Opens another sink of the same connector. */
  readonly another: () => Promise<Sink>;
}

/** Starts the simulator, opens a sink, and closes both when the work ends, also by an error. */
export async function withSink<Result>(
  subject: ScenarioSubject,
  use: (opened: OpenedSink) => Promise<Result>,
  options: SimulatedSiemOptions = {},
): Promise<Result> {
  const answers: (number | undefined)[] = [];
  const siem = await subject.simulator.start({ ...options, onRequest: ({ status }) => answers.push(status) });
  const context = createTestContext({ now: Date.now });
  const open = (settings: Settings) => configured(subject.connector, settings).open(context);
  try {
    const settings = settingsFor(subject, siem);
    const sink = await open(settings);
    const result = await use({
      siem,
      sink,
      context,
      answers,
      batch: (seed) => batchFor(subject, settings, sink, someRecords(seed)),
      another: () => open(settings),
    });
    await sink.close?.();
    return result;
  } finally {
    await context.egress.close();
    await siem.close();
  }
}

export function someRecords(seed?: number): readonly EventRecord[] {
  return recentEvents(3, seed).map((event) => createEventRecord(event));
}

/** Makes a batch, compressed when the destination accepts nothing else. */
export function batchFor(
  { connector }: Pick<ScenarioSubject, "connector">,
  settings: Settings,
  sink: Sink,
  records: readonly EventRecord[],
): Batch {
  const { config } = configured(connector, settings);
  const { compressions = ["none"] } = connector;
  const taken = typeof compressions === "function" ? compressions(asOwn(config)) : compressions;
  return createTestBatch(connector, sink, records, { config, compression: taken.includes("none") ? "none" : "gzip" });
}
