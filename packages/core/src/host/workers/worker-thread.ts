/** The program of a worker: opens destinations, and encodes, packs, compresses and sends their events. */
import { setMaxListeners } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { createBodyPool } from "../../delivery/transmit/body-pool.ts";
import type { Transmission, Transmitter } from "../../delivery/transmit/transmitter.ts";
import { systemClock } from "../../clock.ts";
import { compressHere } from "../../delivery/transmit/compress.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { SiemError } from "../../errors.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import { createEgress } from "../../transport/egress.ts";
import { createLookupTurns } from "../../transport/lookup-turns.ts";
import { createReplyMemories } from "../../transport/reply-memory.ts";
import { guardsOf } from "../config/egress-settings.ts";
import type { TransmitterMeans } from "./open-transmitter.ts";
import { openTransmitter } from "./open-transmitter.ts";
import { createConnectorRegistry } from "../connectors/registry.ts";
import type { Answer, LogLine, Order, TransmissionAnswer, WorkerSettings } from "./messages.ts";
import { createReceivedEvents } from "./received-events.ts";
import { workerLogger } from "./worker-logger.ts";

/** Orders that take time and are answered. */
type Work = Exclude<Order, { readonly kind: "abort" | "drop" | "ping" }>;

function start(port: NonNullable<typeof parentPort>, { egress }: WorkerSettings): void {
  const repliesOf = createReplyMemories();
  const turnsOf = createLookupTurns();
  const means: Omit<TransmitterMeans, "logger"> = {
    clock: systemClock,
    openEgress: (guard, orgId) =>
      createEgress({ environment: process.env, guard, replies: repliesOf(orgId), lookupTurns: turnsOf(orgId) }),
    guardOf: guardsOf(egress),
    pool: createBodyPool(),
    compress: compressHere,
  };
  const transmitters = new Map<number, Transmitter>();
  const jobs = new Map<number, AbortController>();
  /** Aborts the attempts of each destination. */
  const stops = new Map<number, AbortController>();
  const received = createReceivedEvents();
  let answers: Answer[] = [];

  /** Sends the answers of one turn together: a message costs more than its content. */
  function answer(message: Answer): void {
    if (answers.push(message) === 1) setImmediate(flush);
  }

  function flush(): void {
    if (answers.length === 0) return;
    const all = answers;
    answers = [];
    try {
      port.postMessage(all);
    } catch {
      for (const one of all) postAlone(one);
    }
  }

  /** A connector's verdict may hold what cannot be sent, such as a function. */
  function postAlone(one: Answer): void {
    try {
      port.postMessage([one]);
    } catch (error) {
      if ("job" in one) answer({ kind: "failed", job: one.job, code: undefined, message: describeFailure(error) });
    }
  }

  /** Sent at once: the connector's next action may end this thread. */
  function log(line: LogLine): void {
    answer({ kind: "log", ...line });
    flush();
  }

  async function open(order: Extract<Order, { kind: "open" }>, stop: AbortSignal): Promise<Answer> {
    const { job, destination, id, orgId, connector, settings, delivery } = order;
    const loaded = await createConnectorRegistry([connector]).load(connector.type);
    const config: unknown = loaded.configSchema.parse(settings);
    const logger = workerLogger((line) => log({ destination: id, ...line }));
    const transmitter = await openTransmitter(
      { id, orgId, connector: loaded, config },
      delivery,
      { ...means, logger },
      stop,
    );
    transmitters.set(destination, transmitter);
    return { kind: "opened", job, hasCheck: transmitter.check !== undefined };
  }

  async function act(order: Work, stop: AbortSignal): Promise<Answer> {
    if (order.kind === "open") return open(order, stop);
    const { job, destination } = order;
    const transmitter = transmitters.get(destination);
    if (transmitter === undefined) throw new TypeError(`destination ${destination} is not open in this worker`);
    switch (order.kind) {
      case "transmit": {
        const records = received.records(order.events);
        const transmission = await transmitter.transmit(
          { records, attempt: order.attempt, mostBytes: order.mostBytes },
          stop,
        );
        return { kind: "transmitted", job, ...positions(records, transmission) };
      }
      case "check":
        return { kind: "checked", job, report: (await transmitter.check?.(stop)) ?? { steps: [] } };
      case "close":
        transmitters.delete(destination);
        stops.delete(destination);
        await transmitter.close();
        return { kind: "closed", job };
      default:
        return order satisfies never;
    }
  }

  /** One controller per destination: its attempts are only aborted together. */
  function stopOf(order: Work): AbortController {
    if (order.kind !== "transmit") return new AbortController();
    let stop = stops.get(order.destination);
    if (stop === undefined || stop.signal.aborted) {
      stop = new AbortController();
      setMaxListeners(0, stop.signal);
      stops.set(order.destination, stop);
    }
    return stop;
  }

  async function work(order: Work): Promise<void> {
    const stop = stopOf(order);
    jobs.set(order.job, stop);
    try {
      answer(await act(order, stop.signal));
    } catch (error) {
      const { code, message } =
        error instanceof SiemError ? error : { code: undefined, message: describeFailure(error) };
      answer({ kind: "failed", job: order.job, code, message });
    } finally {
      jobs.delete(order.job);
    }
  }

  answer({ kind: "alive" });
  port.on("message", (orders: readonly Order[]) => {
    for (const order of orders) {
      if (order.kind === "abort") jobs.get(order.job)?.abort();
      else if (order.kind === "drop") received.drop(order.block);
      else if (order.kind === "ping") answer({ kind: "alive" });
      else void work(order);
    }
  });
}

function positions(
  records: readonly AcceptedEvent[],
  { result, bytes, sent, unpackable, rest, exchange }: Transmission,
): TransmissionAnswer {
  const seen = { result, bytes, ...(exchange && { exchange }) };
  if (sent.length === records.length) return seen;
  const indexes = new Map(records.map((record, index) => [record, index]));
  const indexOf = (record: AcceptedEvent) => indexes.get(record) ?? -1;
  return {
    ...seen,
    parts: {
      sent: sent.map(indexOf),
      unpackable: unpackable.map(({ record, stage, reason }) => ({ index: indexOf(record), stage, reason })),
      rest: rest.map(indexOf),
    },
  };
}

// Only a host of the same version starts this.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
if (parentPort !== null) start(parentPort, workerData as WorkerSettings);
